"""Reads a date as people type it, in any usual spelling of their language and country."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import dateparser

from webapp.forms.question import Bound, Question
from webapp.languages.language import ENGLISH, Language

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2199, 12, 31)
"""Beyond these a year was mistyped."""


def read_date(question: Question, typed: str, language: Language) -> str:
    """Return a date as ISO 8601 writes it; one without a year is the next such day, or the last one.

    Raises:
        ValueError: saying what to type, in the language.
    """
    say, label = language.say, question.label
    day = _day(typed, language, is_past=question.max == "today")
    if day is None or not EARLIEST <= day <= LATEST:
        example = example_of(question, language)
        raise ValueError(say("Enter a date, like %(example)s: %(question)s", example=example, question=label))
    # Somewhere on earth it is still yesterday, and somewhere tomorrow already.
    if question.min is not None and day < _bound(question.min, -1):
        raise ValueError(_too_early(question, question.min, language))
    if question.max is not None and day > _bound(question.max, +1):
        raise ValueError(_too_late(question, question.max, language))
    return day.isoformat()


def example_of(question: Question, language: Language) -> str:
    """Return a date that the question would take, in words."""
    return language.day(_example(question))


def _day(typed: str, language: Language, *, is_past: bool) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        found = dateparser.parse(
            typed,
            languages=list(dict.fromkeys((language.tag, ENGLISH))),
            settings={
                "DATE_ORDER": language.date_order,
                "PREFER_LOCALE_DATE_ORDER": False,
                "PREFER_DATES_FROM": "past" if is_past else "future",
                "REQUIRE_PARTS": ["day", "month"],
                # Neither "in two weeks" nor a Unix time is a date that somebody can be held to.
                "PARSERS": ["absolute-time"],
                "RELATIVE_BASE": datetime.now(UTC).replace(tzinfo=None),
            },
        )
        return found.date() if found else None


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
