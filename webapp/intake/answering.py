"""Reads what was typed or chosen in answer to a question of the form's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final

from webapp.enquiry import Answer, AnswerValue
from webapp.forms.kind import Kind
from webapp.forms.question import Bound, Question
from webapp.intake.contact_details import read_email, read_phone
from webapp.platform.opportunity import PropertyType

MOST_DIGITS: Final = 15
"""The most digits that a number keeps exactly on its way through JSON."""

WHAT_TO_DO: Final = {
    Kind.NUMBER: "Enter a number",
    Kind.DATE: "Enter a date",
    Kind.SELECT: "Choose an answer",
    Kind.RADIO: "Choose an answer",
    Kind.CHECKBOXES: "Choose at least one answer",
    Kind.CHECKBOX: "Tick the box",
}


def what_to_answer(question: Question) -> str:
    """Return what the visitor reads who left a question open that must be answered."""
    return f"{WHAT_TO_DO.get(question.kind, 'Answer the question')}: {question.label}"


def read_answer(question: Question, given: Any, region: str | None) -> Answer | None:
    """Return the answer that was given, or None when the question was left open.

    ``given`` is a text, a list of texts for several boxes, true or false for one.

    Raises:
        ValueError: saying what to type or to choose.
    """
    if question.kind is Kind.CHECKBOX:
        return Answer(question.label, bool(given), question.words_of(bool(given)))
    if not given:
        return None
    value = _READERS[question.kind](question, given, region)
    is_typed = question.kind not in {Kind.DATE, Kind.SELECT, Kind.RADIO, Kind.CHECKBOXES}
    return Answer(question.label, value, given if is_typed else _words(question, value))


def _words(question: Question, value: AnswerValue) -> str:
    if question.kind is Kind.DATE:
        return f"{date.fromisoformat(str(value)):%-d %B %Y}"
    return question.words_of(value)


def _read_text(question: Question, typed: str, region: str | None) -> str:
    del region
    return _matching(question, typed)


def _read_email(question: Question, typed: str, region: str | None) -> str:
    del region
    return read_email(_matching(question, typed))


def _read_tel(question: Question, typed: str, region: str | None) -> str:
    return read_phone(_matching(question, typed), region).e164


def _matching(question: Question, typed: str) -> str:
    if question.pattern is not None and re.fullmatch(question.pattern, typed) is None:
        raise ValueError(question.pattern_message)
    return typed


def _read_number(question: Question, typed: str, region: str | None) -> int | float:
    del region
    is_grouped = re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", typed, re.ASCII) is not None
    plain = typed.replace(",", "") if is_grouped else typed
    is_number = re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", plain, re.ASCII) is not None
    if not is_number or sum(each.isdigit() for each in plain) > MOST_DIGITS:
        raise ValueError(f"Enter a number, like 80: {question.label}")
    number = Decimal(plain)
    is_whole = number == number.to_integral_value()
    if not is_whole and question.target is not None and question.target.type is PropertyType.INTEGER:
        raise ValueError(f"Enter a whole number, like 80: {question.label}")
    if isinstance(question.min, int | float) and number < Decimal(str(question.min)):
        raise ValueError(f"Enter {question.min} or more: {question.label}")
    if isinstance(question.max, int | float) and number > Decimal(str(question.max)):
        raise ValueError(f"Enter {question.max} or less: {question.label}")
    return int(number) if is_whole else float(number)


def _read_date(question: Question, typed: str, region: str | None) -> str:
    del region
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:
        raise ValueError(f"Enter a date, like 2027-05-31: {question.label}") from error
    # Somewhere on earth it is still yesterday, and somewhere tomorrow already.
    if question.min is not None and day < _day(question.min, -1):
        raise ValueError(f"Enter a date on or after {_told(question.min)}: {question.label}")
    if question.max is not None and day > _day(question.max, +1):
        raise ValueError(f"Enter a date on or before {_told(question.max)}: {question.label}")
    return day.isoformat()


def _day(bound: Bound, leeway: int) -> date:
    return bound if isinstance(bound, date) else datetime.now(UTC).date() + timedelta(days=leeway)


def _told(bound: Bound) -> str:
    return f"{bound:%-d %B %Y}" if isinstance(bound, date) else "today"


def _read_choice(question: Question, chosen: str, region: str | None) -> int | str:
    del region
    for option in question.options:
        if str(option.value) == chosen:
            return option.value
    raise ValueError(f"Choose one of the answers: {question.label}")


def _read_choices(question: Question, chosen: Sequence[str], region: str | None) -> tuple[int | str, ...]:
    choose = partial(_read_choice, question, region=region)
    values = tuple(dict.fromkeys(choose(each) for each in chosen))
    if isinstance(question.min, int) and len(values) < question.min:
        raise ValueError(f"Choose {question.min} or more: {question.label}")
    if isinstance(question.max, int) and len(values) > question.max:
        raise ValueError(f"Choose {question.max} or fewer: {question.label}")
    return values


_READERS: Final[dict[Kind, Callable[[Question, Any, str | None], AnswerValue]]] = {
    Kind.TEXT: _read_text,
    Kind.TEXTAREA: _read_text,
    Kind.EMAIL: _read_email,
    Kind.TEL: _read_tel,
    Kind.NUMBER: _read_number,
    Kind.DATE: _read_date,
    Kind.SELECT: _read_choice,
    Kind.RADIO: _read_choice,
    Kind.CHECKBOXES: _read_choices,
}
