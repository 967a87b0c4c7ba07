"""Takes the date that answers a question, and says in words what is wrong with any other."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from webapp.forms.question import Bound, Question
from webapp.languages.date_parsing import ParsedDate, read_day
from webapp.languages.language import N_, Language
from webapp.languages.years import Today

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2199, 12, 31)
"""Beyond these a year was mistyped."""


def parse_date(question: Question, typed: str, language: Language, now: datetime) -> str:
    """Return a date as ISO 8601 writes it; one without a year is the next such day, or the last one.

    The bounds of the question are looked at when the day is known; they never make it another.

    Raises:
        ValueError: saying what to type, in the language.
    """
    gettext, label, today = language.gettext, question.label, Today.at(now)
    found = parse_as_typed(question, typed, language, now)
    if found is None or not found.is_clear:
        message = (
            N_("Enter a date, like %(example)s: %(question)s")
            if found is None
            else N_("Enter the year with four digits, like %(example)s: %(question)s")
        )
        raise ValueError(gettext(message, example=make_example(question, language, now), question=label))
    day = found.date
    if found.weekday not in {None, day.weekday()}:
        named = {"day": language.format_date(day), "weekday": language.weekday(day), "question": label}
        raise ValueError(gettext("Check the date, as %(day)s is a %(weekday)s: %(question)s", **named))
    if question.min is not None and day < _bound(question.min, today.earliest):
        raise ValueError(_too_early(question, question.min, language))
    if question.max is not None and day > _bound(question.max, today.latest):
        raise ValueError(_too_late(question, question.max, language))
    return day.isoformat()


def parse_as_typed(question: Question, typed: str, language: Language, now: datetime) -> ParsedDate | None:
    """Return the day that was typed, whether the question takes it or not; None when it is none."""
    found = read_day(typed, language, Today.at(now), is_past=question.max == "today")
    return found if found is not None and EARLIEST <= found.date <= LATEST else None


def make_example(question: Question, language: Language, now: datetime) -> str:
    """Return a date that the question would take, in words."""
    return language.format_date(_example(question, now.astimezone(UTC).date()))


def _bound(bound: Bound, today: date) -> date:
    return bound if isinstance(bound, date) else today


def _example(question: Question, today: date) -> date:
    latest = _bound(question.max, today) if question.max is not None else None
    earliest = _bound(question.min, today) if question.min is not None else today
    example = date(earliest.year + 1, 5, 31)
    return min(example, latest) if latest is not None else example


def _too_early(question: Question, bound: Bound, language: Language) -> str:
    if isinstance(bound, date):
        return language.gettext(
            "Enter a date on or after %(day)s: %(question)s",
            day=language.format_date(bound),
            question=question.label,
        )
    return language.gettext("Enter a date on or after today: %(question)s", question=question.label)


def _too_late(question: Question, bound: Bound, language: Language) -> str:
    if isinstance(bound, date):
        return language.gettext(
            "Enter a date on or before %(day)s: %(question)s",
            day=language.format_date(bound),
            question=question.label,
        )
    return language.gettext("Enter a date on or before today: %(question)s", question=question.label)
