"""Reads a day as people type it, in any usual spelling of their language and country."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import dateparser

from webapp.languages.language import ENGLISH, Language, language_of

LONGEST: Final = 60
"""Characters; no date has more."""

MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

WORDS_AHEAD: Final = frozenset(
    (
        *("on", "the", "am", "zum", "der", "dem", "den", "d", "le", "du", "el", "día", "dia"),
        *("في", "يوم", "الموافق"),
    )
)
"""What stands before a day in a sentence, in any of the languages."""

OTHER_WEEKDAYS: Final = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3, "sonnabend": 5}
"""Usual names that the CLDR has not, each with its number from 0."""

OTHER_MONTHS: Final = {"febr": 2, "maerz": 3, "juill": 7}
"""Usual names that the CLDR has not, each with its number from 1."""


@dataclass(frozen=True, slots=True)
class TypedDay:
    """A day, and on which day of the week it is said to be, counted from 0; None where that is not said."""

    day: date
    weekday: int | None


def read_day(typed: str, language: Language, *, is_past: bool) -> TypedDay | None:
    """Return the one day that a text names, or None: neither several days nor half a date are one.

    One without a year is the next such day, or the last one where ``is_past``.
    """
    plain = _plain(typed)
    # In Spanish "mar" is a Tuesday before a date, and within it a month.
    for text, weekday in (_without_weekday(plain, language), (plain, None)):
        day = _read(text, language, is_past=is_past)
        if day is not None:
            return TypedDay(day, weekday)
    return None


def _read(plain: str, language: Language, *, is_past: bool) -> date | None:
    if not _names_one_day(plain):
        return None
    if re.match(r"\d{4}", plain):
        return _parsed(_with_english_month(plain, language), [ENGLISH], "YMD", is_past=is_past)
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
    # The first of a month is 1º, 1ero or primero in Spanish, and 1er or premier in French.
    plain = re.sub(r"\b(primero|premier)\b", "1", plain)
    plain = re.sub(r"(?<=\d)(\.?[ºª°]|(ero|er|ro)\b)", "", plain)
    # In Arabic it may be the 12th "of" May, and a year that of the Christian era.
    plain = re.sub(r"(?<=\d) من (?=\D)|(?<=\d{4}) ?(م|ميلادي)$", " ", plain)
    plain = plain.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return " ".join(plain.split()).strip(" .,،()")


def _without_weekday(plain: str, language: Language) -> tuple[str, int | None]:
    """Return a date without the day of the week before or behind it, and that day."""
    weekdays = _weekdays(language)
    ahead, rest = _first_word(_without_words_ahead(plain))
    if _bare(ahead) in weekdays:
        return _without_words_ahead(rest), weekdays[_bare(ahead)]
    behind = re.search(r"[ .,،(]*(?<!\w)([^\W\d_]+)$", plain)
    if behind and _bare(behind[1]) in weekdays:
        return _without_words_ahead(plain[: behind.start()]), weekdays[_bare(behind[1])]
    return _without_words_ahead(plain), None


def _without_words_ahead(plain: str) -> str:
    word, rest = _first_word(plain)
    return _without_words_ahead(rest) if word in WORDS_AHEAD else plain


def _first_word(plain: str) -> tuple[str, str]:
    found = re.match(r"([^\W\d_]+)(?!\w)[ .,،]*", plain)
    return (found[1], plain[found.end() :]) if found else ("", plain)


def _weekdays(language: Language) -> dict[str, int]:
    names = language_of(ENGLISH).weekdays | OTHER_WEEKDAYS | language.weekdays
    return {_bare(name): number for name, number in names.items()}


def _bare(word: str) -> str:
    """Return a word without its accents, which many leave out."""
    apart = unicodedata.normalize("NFD", word)
    return "".join(each for each in apart if not unicodedata.combining(each))


def _with_slashes(plain: str) -> str:
    """Return a date in digits and dots with slashes instead: 12.06 could be a time of day, too."""
    return re.sub(r"\D+", "/", plain) if re.fullmatch(r"\d+(\.\s*\d+)+", plain) else plain


def _with_english_month(plain: str, language: Language) -> str:
    bare = _bare(plain)
    for name, number in (OTHER_MONTHS | language.months).items():
        bare = re.sub(rf"(?<!\w){re.escape(_bare(name))}(?!\w)", MONTHS[number - 1], bare)
    return bare


def _names_one_day(plain: str) -> bool:
    """Say whether the numbers in a text can be one day: 12 June is one, 12-14 June is not one of 2014."""
    numbers = re.findall(r"\d+", plain)
    short, long = (sum(len(each) in lengths for each in numbers) for lengths in ((1, 2), (4,)))
    if short + long != len(numbers) or len(plain) > LONGEST:
        return False
    has_month_in_words = re.search(r"[^\W\d_]{2}", plain) is not None
    if has_month_in_words:
        ends_in_a_short_year = (
            re.fullmatch(r"\D*\d{1,2}\D*[^\W\d_]{2,}\.?(?: '?|')\d{2}", plain)
            or re.fullmatch(r"\d{1,2}([-/.])[^\W\d_]{2,}\1\d{2}", plain)
        ) is not None
        return (short == 1 and long <= 1) or (long == 0 and ends_in_a_short_year)
    separators = {each.strip() for each in re.findall(r"(?<=\d)\D+(?=\d)", plain)}
    return len(separators) == 1 and (short, long) in {(2, 0), (3, 0), (2, 1)}
