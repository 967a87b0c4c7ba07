"""A date, as people type it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Final, Literal

from pydantic import Strict

from webapp.enquiry import Answer, AnswerValue
from webapp.forms.kinds.kind import AnswerContext, AskedQuestion, Attributes, Bound
from webapp.forms.kinds.typed import NO_AUTOCORRECT, TypedKind
from webapp.languages.date_parsing import ParsedDate, read_day
from webapp.languages.language import N_, Language
from webapp.platform.opportunity import PropertyType

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2199, 12, 31)
"""A year outside these was mistyped."""


class DateKind(TypedKind):
    """``date``: sent in ISO 8601. Without a year it is the next such day, or the last one.

    The bounds are checked once the day is known; they never make it another day. A browser's own date input
    takes only its own spelling, so the page does not use one.
    """

    name = "date"
    property_types = frozenset({PropertyType.TEXT, PropertyType.DATE})
    missing = N_("Enter a date: %(question)s")
    bound_types = (("a date", Annotated[date, Strict()]), ('"today"', Literal["today"]))

    def parse(self, question: AskedQuestion, typed: Sequence[str], context: AnswerContext) -> str:
        """Return the date, if it is clear and within the bounds."""
        language, label, today = context.language, question.label, context.today
        found = parse_as_typed(question, typed[0], context)
        if found is None or not found.is_clear:
            message = (
                N_("Enter a date, like %(example)s: %(question)s")
                if found is None
                else N_("Enter the year with four digits, like %(example)s: %(question)s")
            )
            example = make_example(question, context)
            raise ValueError(language.gettext(message, example=example, question=label))
        day = found.date
        if found.weekday not in {None, day.weekday()}:
            named = {"day": language.format_date(day), "weekday": language.weekday(day), "question": label}
            raise ValueError(
                language.gettext("Check the date, as %(day)s is a %(weekday)s: %(question)s", **named)
            )
        if question.min is not None and day < _day(question.min, today.earliest):
            raise ValueError(_too_early(question, question.min, language))
        if question.max is not None and day > _day(question.max, today.latest):
            raise ValueError(_too_late(question, question.max, language))
        return day.isoformat()

    def display(self, question: AskedQuestion, value: AnswerValue, language: Language) -> str:
        """Return the date in words."""
        try:
            return language.format_date(date.fromisoformat(str(value)))
        except ValueError:
            return super().display(question, value, language)

    def retype(self, question: AskedQuestion, answer: Answer, language: Language) -> tuple[str, ...]:
        """Return the date in words."""
        return (self.display(question, answer.value, language),)

    def convert(
        self, question: AskedQuestion, typed: tuple[str, ...], before: Language, context: AnswerContext
    ) -> tuple[str, ...]:
        """Return the same day in the other language, unless what was typed means that day there too.

        An unclear date stays as it is. A wrong day of the week stays too: sending it gets the message.
        """
        found = parse_as_typed(question, typed[0], AnswerContext(before, context.today))
        if found is None or not found.is_clear or found.weekday not in {None, found.date.weekday()}:
            return typed
        is_same = found == parse_as_typed(question, typed[0], context)
        return typed if is_same else (context.language.format_date(found.date),)

    def bound_error(self, question: AskedQuestion, bound: Bound) -> str | None:
        """Take a date, or the day on which the question is answered."""
        del question
        return None if isinstance(bound, date) or bound == "today" else 'must be a date, or "today"'

    def sample(self, question: AskedQuestion) -> str:
        """Return a bound, or a day in the coming months."""
        bound = question.min if question.min is not None else question.max
        later = date.today() + timedelta(days=90)  # noqa: DTZ011 (a sample)
        return (bound if isinstance(bound, date) else later).isoformat()

    def hint(self, question: AskedQuestion, context: AnswerContext) -> str:
        """Return an example."""
        return context.language.gettext("For example, %(example)s.", example=make_example(question, context))

    def input_attributes(self, question: AskedQuestion) -> Attributes:
        """Return what keeps a browser from correcting it."""
        del question
        return NO_AUTOCORRECT


def parse_as_typed(question: AskedQuestion, typed: str, context: AnswerContext) -> ParsedDate | None:
    """Return the day that was typed, whatever the bounds of the question; None if it is not a date."""
    found = read_day(typed, context.language, context.today, is_past=question.max == "today")
    return found if found is not None and EARLIEST <= found.date <= LATEST else None


def make_example(question: AskedQuestion, context: AnswerContext) -> str:
    """Return a date that the question would take, in words."""
    return context.language.format_date(_example(question, context.today.in_utc))


def _day(bound: Bound, today: date) -> date:
    return bound if isinstance(bound, date) else today


def _example(question: AskedQuestion, today: date) -> date:
    latest = _day(question.max, today) if question.max is not None else None
    earliest = _day(question.min, today) if question.min is not None else today
    example = date(earliest.year + 1, 5, 31)
    return min(example, latest) if latest is not None else example


def _too_early(question: AskedQuestion, bound: Bound, language: Language) -> str:
    if isinstance(bound, date):
        return language.gettext(
            "Enter a date on or after %(day)s: %(question)s",
            day=language.format_date(bound),
            question=question.label,
        )
    return language.gettext("Enter a date on or after today: %(question)s", question=question.label)


def _too_late(question: AskedQuestion, bound: Bound, language: Language) -> str:
    if isinstance(bound, date):
        return language.gettext(
            "Enter a date on or before %(day)s: %(question)s",
            day=language.format_date(bound),
            question=question.label,
        )
    return language.gettext("Enter a date on or before today: %(question)s", question=question.label)
