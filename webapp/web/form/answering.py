"""Reads what was typed or chosen in answer to a question of the form's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from webapp.enquiry import Answer, AnswerValue
from webapp.forms.kind import DISPLAYED_FROM_VALUE, Kind
from webapp.forms.pattern import matches
from webapp.forms.question import Question
from webapp.languages.language import N_, Language
from webapp.platform.opportunity import PropertyType
from webapp.web.form.contact_details import parse_email, read_phone
from webapp.web.form.dates import parse_date

MAX_DIGITS: Final = 15
"""The most digits that a number keeps exactly on its way through JSON."""

WHAT_TO_DO: Final = {
    Kind.NUMBER: N_("Enter a number: %(question)s"),
    Kind.DATE: N_("Enter a date: %(question)s"),
    Kind.SELECT: N_("Choose an answer: %(question)s"),
    Kind.RADIO: N_("Choose an answer: %(question)s"),
    Kind.CHECKBOXES: N_("Choose at least one answer: %(question)s"),
    Kind.CHECKBOX: N_("Tick the box: %(question)s"),
}


def missing_message(question: Question, language: Language) -> str:
    """Return what the visitor reads who left a question open that must be answered."""
    message = WHAT_TO_DO.get(question.kind, N_("Answer the question: %(question)s"))
    return language.gettext(message, question=question.label)


def parse_answer(question: Question, given: Any, language: Language, now: datetime) -> Answer | None:
    """Return the answer that was given, or None when the question was left open.

    ``given`` is a text, a list of texts for several boxes, true or false for one. ``now`` is the moment by
    which a day is today.

    Raises:
        ValueError: saying what to type or to choose, in the language.
    """
    if question.kind is Kind.CHECKBOX:
        return Answer(question.label, bool(given), question.display_text(bool(given), language))
    if not given:
        return None
    value = (
        parse_date(question, given, language, now)
        if question.kind is Kind.DATE
        else _READERS[question.kind](question, given, language)
    )
    text = question.display_text(value, language) if question.kind in DISPLAYED_FROM_VALUE else given
    return Answer(question.label, value, text)


def number_in(typed: str, language: Language) -> int | float | None:
    """Return the number that was typed; None when it is none, or has more digits than are kept exactly."""
    try:
        number = language.read_number(typed)
    except ValueError:
        return None
    # The zero ahead of the decimals may have been left out.
    if len("".join(filter(str.isdecimal, typed)).removeprefix("0")) > MAX_DIGITS:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _read_text(question: Question, typed: str, language: Language) -> str:
    del language
    return _matching(question, typed)


def _read_email(question: Question, typed: str, language: Language) -> str:
    matching = _matching(question, typed)
    with _naming(question, language):
        return parse_email(matching, language)


def _read_tel(question: Question, typed: str, language: Language) -> str:
    matching = _matching(question, typed)
    with _naming(question, language):
        return read_phone(matching, language).e164


@contextmanager
def _naming(question: Question, language: Language) -> Iterator[None]:
    """Name the question behind advice that is the same for every field of its kind."""
    try:
        yield
    except ValueError as error:
        told = language.gettext("%(what_to_do)s: %(question)s", what_to_do=error, question=question.label)
        raise ValueError(told) from error


def _matching(question: Question, typed: str) -> str:
    if question.pattern is not None and not matches(question.pattern, typed):
        raise ValueError(question.pattern_message)
    return typed


def _read_number(question: Question, typed: str, language: Language) -> int | float:
    gettext, label = language.gettext, question.label
    number = number_in(typed, language)
    if number is None:
        raise ValueError(gettext("Enter a number, like 80: %(question)s", question=label))
    if (
        isinstance(number, float)
        and question.target is not None
        and question.target.type is PropertyType.INTEGER
    ):
        raise ValueError(gettext("Enter a whole number, like 80: %(question)s", question=label))
    if isinstance(question.min, int | float) and number < question.min:
        least = language.number(question.min)
        raise ValueError(gettext("Enter %(least)s or more: %(question)s", least=least, question=label))
    if isinstance(question.max, int | float) and number > question.max:
        most = language.number(question.max)
        raise ValueError(gettext("Enter %(most)s or less: %(question)s", most=most, question=label))
    return number


def _read_choice(question: Question, chosen: str, language: Language) -> int | str:
    return _among_options(question, [chosen], language)[0]


def _read_choices(question: Question, chosen: Sequence[str], language: Language) -> tuple[int | str, ...]:
    gettext, label = language.gettext, question.label
    values = _among_options(question, chosen, language)
    if isinstance(question.min, int) and len(values) < question.min:
        raise ValueError(
            gettext("Choose %(least)s or more: %(question)s", least=question.min, question=label)
        )
    if isinstance(question.max, int) and len(values) > question.max:
        raise ValueError(gettext("Choose %(most)s or fewer: %(question)s", most=question.max, question=label))
    return values


def _among_options(question: Question, chosen: Sequence[str], language: Language) -> tuple[int | str, ...]:
    """Return the values of the options that were chosen, each once."""
    values = {str(option.value): option.value for option in question.options}
    if any(each not in values for each in chosen):
        raise ValueError(language.gettext("Choose one of the answers: %(question)s", question=question.label))
    return tuple(values[each] for each in dict.fromkeys(chosen))


_READERS: Final[dict[Kind, Callable[[Question, Any, Language], AnswerValue]]] = {
    Kind.TEXT: _read_text,
    Kind.TEXTAREA: _read_text,
    Kind.EMAIL: _read_email,
    Kind.TEL: _read_tel,
    Kind.NUMBER: _read_number,
    Kind.SELECT: _read_choice,
    Kind.RADIO: _read_choice,
    Kind.CHECKBOXES: _read_choices,
}
