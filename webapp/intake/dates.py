"""Takes the date that answers a question, and says in words what is wrong with any other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from webapp.forms.question import Bound, Question
from webapp.intake.typed_days import TypedDay, read_day
from webapp.languages.language import Language

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2199, 12, 31)
"""Beyond these a year was mistyped."""


def read_date(question: Question, typed: str, language: Language) -> str:
    """Return a date as ISO 8601 writes it; one without a year is the next such day, or the last one.

    Raises:
        ValueError: saying what to type, in the language.
    """
    say, label = language.say, question.label
    found = day_in(question, typed, language)
    if found is None:
        example = example_of(question, language)
        raise ValueError(say("Enter a date, like %(example)s: %(question)s", example=example, question=label))
    day = found.day
    if found.weekday not in {None, day.weekday()}:
        named = {"day": language.day(day), "weekday": language.weekday(day), "question": label}
        raise ValueError(say("Check the date, as %(day)s is a %(weekday)s: %(question)s", **named))
    # Somewhere on earth it is still yesterday, and somewhere tomorrow already.
    if question.min is not None and day < _bound(question.min, -1):
        raise ValueError(_too_early(question, question.min, language))
    if question.max is not None and day > _bound(question.max, +1):
        raise ValueError(_too_late(question, question.max, language))
    return day.isoformat()


def day_in(question: Question, typed: str, language: Language) -> TypedDay | None:
    """Return the day that was typed, whether the question takes it or not; None when it is none."""
    found = read_day(typed, language, is_past=question.max == "today")
    return found if found is not None and EARLIEST <= found.day <= LATEST else None


def example_of(question: Question, language: Language) -> str:
    """Return a date that the question would take, in words."""
    return language.day(_example(question))


def _bound(bound: Bound, leeway: int) -> date:
    return bound if isinstance(bound, date) else datetime.now(UTC).date() + timedelta(days=leeway)


def _example(question: Question) -> date:
    latest = _bound(question.max, 0) if question.max is not None else None
    earliest = _bound(question.min, 0) if question.min is not None else datetime.now(UTC).date()
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
