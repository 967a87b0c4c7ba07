"""Takes the date that answers a question, and says in words what is wrong with any other."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from webapp.forms.question import Bound, Question
from webapp.languages.date_parsing import ParsedDate, read_day
from webapp.languages.language import Language, to_say
from webapp.languages.years import Today

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2199, 12, 31)
"""Beyond these a year was mistyped."""


def read_date(question: Question, typed: str, language: Language, now: datetime) -> str:
    """Return a date as ISO 8601 writes it; one without a year is the next such day, or the last one.

    The bounds of the question are looked at when the day is known; they never make it another.

    Raises:
        ValueError: saying what to type, in the language.
    """
    say, label, today = language.say, question.label, Today.at(now)
    found = day_in(question, typed, language, now)
    if found is None or not found.is_clear:
        message = (
            to_say("Enter a date, like %(example)s: %(question)s")
            if found is None
            else to_say("Enter the year with four digits, like %(example)s: %(question)s")
        )
        raise ValueError(say(message, example=example_of(question, language, now), question=label))
    day = found.day
    if found.weekday not in {None, day.weekday()}:
        named = {"day": language.day(day), "weekday": language.weekday(day), "question": label}
        raise ValueError(say("Check the date, as %(day)s is a %(weekday)s: %(question)s", **named))
    if question.min is not None and day < _bound(question.min, today.earliest):
        raise ValueError(_too_early(question, question.min, language))
    if question.max is not None and day > _bound(question.max, today.latest):
        raise ValueError(_too_late(question, question.max, language))
    return day.isoformat()


def day_in(question: Question, typed: str, language: Language, now: datetime) -> ParsedDate | None:
    """Return the day that was typed, whether the question takes it or not; None when it is none."""
    found = read_day(typed, language, Today.at(now), is_past=question.max == "today")
    return found if found is not None and EARLIEST <= found.day <= LATEST else None


def example_of(question: Question, language: Language, now: datetime) -> str:
    """Return a date that the question would take, in words."""
    return language.day(_example(question, now.astimezone(UTC).date()))


def _bound(bound: Bound, today: date) -> date:
    return bound if isinstance(bound, date) else today


def _example(question: Question, today: date) -> date:
    latest = _bound(question.max, today) if question.max is not None else None
    earliest = _bound(question.min, today) if question.min is not None else today
    example = date(earliest.year + 1, 5, 31)
    return min(example, latest) if latest is not None else example


def _too_early(question: Question, bound: Bound, language: Language) -> str:
    if isinstance(bound, date):
        return language.say(
            "Enter a date on or after %(day)s: %(question)s", day=language.day(bound), question=question.label
        )
    return language.say("Enter a date on or after today: %(question)s", question=question.label)


def _too_late(question: Question, bound: Bound, language: Language) -> str:
    if isinstance(bound, date):
        return language.say(
            "Enter a date on or before %(day)s: %(question)s",
            day=language.day(bound),
            question=question.label,
        )
    return language.say("Enter a date on or before today: %(question)s", question=question.label)
