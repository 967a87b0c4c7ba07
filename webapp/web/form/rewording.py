"""Puts numbers and dates that were typed in one language into another, so that they stay the same ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from webapp.forms.kind import Kind
from webapp.forms.question import Question
from webapp.languages.language import Language
from webapp.web.form.answering import number_in
from webapp.web.form.dates import parse_as_typed
from webapp.web.form.enquiry_form import EnquiryForm


def convert_answers(form: EnquiryForm, before: Language) -> None:
    """Put what was typed into the form in another language into the form's own.

    What cannot be read stays as it was typed, and so does a date that is the same day in both.
    """
    for question in form.definition.asked:
        field = form.field_named(question.name)
        reworded = _REWORDED.get(question.kind)
        if field is not None and field.data and reworded is not None:
            field.data = reworded(question, field.data, before, form) or field.data


def _number(question: Question, typed: str, before: Language, form: EnquiryForm) -> str | None:
    del question
    number = number_in(typed, before)
    return None if number is None else form.language.number(number)


def _day(question: Question, typed: str, before: Language, form: EnquiryForm) -> str | None:
    found = parse_as_typed(question, typed, before, form.now)
    if (
        found is None
        or not found.is_clear
        or found == parse_as_typed(question, typed, form.language, form.now)
    ):
        return None
    # A day of the week that does not fit is told of when it is sent.
    return form.language.format_date(found.date) if found.weekday in {None, found.date.weekday()} else None


_REWORDED: Final[Mapping[Kind, Callable[[Question, str, Language, EnquiryForm], str | None]]] = {
    Kind.NUMBER: _number,
    Kind.DATE: _day,
}
