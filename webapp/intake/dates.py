"""Reads a date as people type it, in any usual spelling of their language and country."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import Final

import dateparser

from webapp.forms.question import Bound, Question
from webapp.languages.language import ENGLISH, Language

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2199, 12, 31)
"""Beyond these a year was mistyped."""

LONGEST: Final = 60
"""Characters; no date has more."""

MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


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
    """Return the one day that a text names, or None: neither several days nor half a date are one."""
    plain = _plain(typed)
    # In Spanish "mar" is a Tuesday before a date, and within it a month.
    without_weekday = _without_weekday(plain, language)
    return _read(without_weekday, language, is_past=is_past) or (
        _read(plain, language, is_past=is_past) if without_weekday != plain else None
    )


def _read(plain: str, language: Language, *, is_past: bool) -> date | None:
    if not _names_one_day(plain):
        return None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", plain):
        return _parsed(plain, [ENGLISH], "YMD", is_past=is_past)
    languages: list[str] = list(dict.fromkeys((language.tag, ENGLISH)))
    found = _parsed(plain, languages, language.date_order, is_past=is_past)
    # The CLDR, which the page writes dates by, knows more names of months than dateparser does.
    return found or _parsed(_with_english_month(plain, language), [ENGLISH], "DMY", is_past=is_past)


def _parsed(plain: str, languages: list[str], order: str, *, is_past: bool) -> date | None:
    # Somewhere it is still yesterday or tomorrow already, and that day needs no year either.
    today = datetime.now(UTC).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    found = dateparser.parse(
        _with_slashes(plain),
        languages=languages,
        settings={
            "DATE_ORDER": order,
            "PREFER_LOCALE_DATE_ORDER": False,
            "PREFER_DATES_FROM": "past" if is_past else "future",
            "REQUIRE_PARTS": ["day", "month"],
            # Neither "in two weeks" nor a Unix time is a date that somebody can be held to.
            "PARSERS": ["absolute-time"],
            "RELATIVE_BASE": today + timedelta(days=1 if is_past else -1),
        },
    )
    return found.date() if found else None


def _plain(typed: str) -> str:
    """Return what was typed with its digits in ASCII, without what ends a sentence."""
    visible = (each for each in typed.casefold() if unicodedata.category(each) != "Cf")
    plain = "".join(str(unicodedata.decimal(each, each)) for each in visible)
    return " ".join(plain.split()).strip(" .,،")


def _without_weekday(plain: str, language: Language) -> str:
    for name in language.weekdays:
        plain = re.sub(rf"^(\w{{2}} )?{re.escape(name)}(?!\w)", "", plain).strip(" .,،")
    return plain


def _with_slashes(plain: str) -> str:
    """Return a date in digits and dots with slashes instead: 12.06 could be a time of day, too."""
    return re.sub(r"\D+", "/", plain) if re.fullmatch(r"\d+(\.\s*\d+)+", plain) else plain


def _with_english_month(plain: str, language: Language) -> str:
    for name, number in language.months.items():
        plain = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", MONTHS[number - 1], plain)
    return plain


def _names_one_day(plain: str) -> bool:
    """Say whether the numbers in a text can be one day: 12 June is one, 12-14 June is not one of 2014."""
    numbers = re.findall(r"\d+", plain)
    short, long = (sum(len(each) in lengths for each in numbers) for lengths in ((1, 2), (4,)))
    if short + long != len(numbers) or len(plain) > LONGEST:
        return False
    has_month_in_words = re.search(r"[^\W\d_]{2}", plain) is not None
    if has_month_in_words:
        ends_in_a_short_year = re.fullmatch(r"\D*\d{1,2}\D*[^\W\d_]{2,}\.? '?\d{2}", plain) is not None
        return (short == 1 and long <= 1) or (long == 0 and ends_in_a_short_year)
    separators = {each.strip() for each in re.findall(r"(?<=\d)\D+(?=\d)", plain)}
    return len(separators) == 1 and (short, long) in {(2, 0), (3, 0), (2, 1)}


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
