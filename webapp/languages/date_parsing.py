"""Reads a day as people type it, in any usual spelling of their language and country."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from functools import cache
from typing import Final

from webapp.languages.language import ENGLISH, Language, get_language
from webapp.languages.years import Today

LONGEST: Final = 60
"""Characters; no date has more."""

MAX_TYPED: Final = 200
"""Characters, with the white space and the unseen marks that may come with a date; more are not read."""

A_LEAP_YEAR: Final = "2000"
"""Stands for the year that was left out, while day and month are read."""

MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

WORDS_AHEAD: Final = (
    *("on", "the", "am", "zum", "der", "dem", "den", "d", "le", "du", "el", "día", "dia"),
    *("في", "يوم", "الموافق"),
)
"""Words that come before a day in a sentence, in any of the languages."""

_AHEAD: Final = re.compile(rf"^(?:(?:{'|'.join(WORDS_AHEAD)})(?!\w)[ .,،]*)+")
_FIRST_WORD: Final = re.compile(r"([^\W\d_]+)(?!\w)[ .,،]*")

EXTRA_WEEKDAYS: Final = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3, "sonnabend": 5}
"""Common names that the CLDR lacks, with the number of the day from 0."""

EXTRA_MONTHS: Final = {"febr": 2, "maerz": 3, "juill": 7}
"""Common names that the CLDR lacks, with the number of the month from 1."""


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A day, and on which day of the week it is said to be, counted from 0; None where that is not said.

    ``is_clear`` says that its year was typed whole, or can be told from what was typed: two digits are not
    enough of a year that is far from now.
    """

    date: date
    weekday: int | None
    is_clear: bool = True


class TypedYear(Enum):
    """How the year of a day was typed."""

    WHOLE = auto()
    SHORT = auto()
    LEFT_OUT = auto()


YEARS_IN_DIGITS: Final = {
    (2, 0): TypedYear.LEFT_OUT,
    (3, 0): TypedYear.SHORT,
    (2, 1): TypedYear.WHOLE,
}
"""How the year of a day in digits is typed, by how many of its numbers are short and how many long."""

BEFORE_A_SHORT_YEAR: Final = (
    re.compile(r"\D*\d{1,2}\D*[^\W\d_]{2,}\.?(?: '?|')\d{2}"),  # 31 May 27
    re.compile(r"\d{1,2}([-/.])[^\W\d_]{2,}\1\d{2}"),  # 31-May-27
    re.compile(r"[^\W\d_]{2,}\.? \d{1,2}(?:, ?'?| ')\d{2}"),  # May 31, 27
)
"""A day with its month in words and two digits of its year; other pairs of numbers may be two days."""

ANOTHER_NUMBER: Final = re.compile(
    r"\d\D*(?<!\w)(and|at|about|by|from|und|um|etwa|et|à|environ|y|las|cerca|الساعة)\W*\d"
)
"""Words that dateparser skips, and after which there is no year but another day, or the time of day."""


def read_day(typed: str, language: Language, today: Today, *, is_past: bool) -> ParsedDate | None:
    """Return the one day that a text names, or None: neither several days nor half a date are one.

    A year of two digits is the one nearest to today. A day without a year is the next such day, or the last
    one where ``is_past``, today included.
    """
    if len(typed) > MAX_TYPED:
        return None
    plain = _plain(typed)
    # In Spanish "mar" is a Tuesday before a date, and within it a month.
    for text, weekday in (_without_weekday(plain, language), (plain, None)):
        year = _year_in(text)
        day = _read(text, year, language, today) if year is not None else None
        if day is not None and year is TypedYear.LEFT_OUT:
            day = (today.last if is_past else today.next)(day.month, day.day)
        if day is not None:
            return ParsedDate(day, weekday, year is not TypedYear.SHORT or today.is_near(day.year))
    return None


def _read(plain: str, year: TypedYear, language: Language, today: Today) -> date | None:
    if re.match(r"\d{4}", plain):
        return _parsed(_with_english_month(plain, language), [ENGLISH], "YMD")
    # dateparser would find a year of its own, by the clock of the machine.
    whole = _with_year(plain, year, today)
    languages: list[str] = list(dict.fromkeys((language.tag, ENGLISH)))
    found = _parsed(whole, languages, language.date_order)
    # The CLDR, which the page writes dates by, knows more names of months than dateparser does.
    return found or _parsed(_with_english_month(whole, language), [ENGLISH], "DMY")


def _parsed(plain: str, languages: list[str], order: str) -> date | None:
    import dateparser  # noqa: PLC0415 (slow to import, and most forms are sent without a typed date)

    if re.fullmatch(r"\d+(\.\s*\d+)+", plain):
        plain = re.sub(r"\D+", "/", plain)  # 12.06 could be a time of day, too
    found = dateparser.parse(
        plain,
        languages=languages,
        settings={
            "DATE_ORDER": order,
            "PREFER_LOCALE_DATE_ORDER": False,
            "REQUIRE_PARTS": ["day", "month", "year"],
            # Neither "in two weeks" nor a Unix time is a date that somebody can be held to.
            "PARSERS": ["absolute-time"],
        },
    )
    return found.date() if found else None


def _plain(typed: str) -> str:
    """Return what was typed with its digits in ASCII, without what ends a sentence."""
    visible = (letter for letter in typed.casefold() if unicodedata.category(letter) != "Cf")
    plain = "".join(str(unicodedata.decimal(letter, letter)) for letter in visible)
    # The first of a month is 1º, 1ero or primero in Spanish, and 1er or premier in French.
    plain = re.sub(r"\b(primero|premier)\b", "1", plain)
    plain = re.sub(r"(?<=\d)(\.?[ºª°]|(ero|er|ro)\b)", "", plain)
    # In Arabic it may be the 12th "of" May, and a year that of the Christian era.
    plain = re.sub(r"(?<=\d) من (?=\D)|(?<=\d\d) ?(م|ميلادي)$", " ", plain)
    plain = plain.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return " ".join(plain.split()).strip(" .,،()?؟!")


def _without_weekday(plain: str, language: Language) -> tuple[str, int | None]:
    """Return a date without the day of the week before or behind it, and that day."""
    weekdays = _weekdays(language)
    text, weekday = _AHEAD.sub("", plain), None
    ahead = _FIRST_WORD.match(text)
    behind = re.search(r"[ .,،(]*(?<!\w)([^\W\d_]+)$", text)
    if ahead and _bare(ahead[1]) in weekdays:
        text, weekday = text[ahead.end() :], weekdays[_bare(ahead[1])]
    elif behind and _bare(behind[1]) in weekdays:
        text, weekday = text[: behind.start()], weekdays[_bare(behind[1])]
    return _AHEAD.sub("", text), weekday


@cache
def _weekdays(language: Language) -> dict[str, int]:
    names = get_language(ENGLISH).weekdays | EXTRA_WEEKDAYS | language.weekdays
    return {_bare(name): number for name, number in names.items()}


def _bare(word: str) -> str:
    """Return a word without its accents, which many leave out."""
    apart = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _with_english_month(plain: str, language: Language) -> str:
    bare = _bare(plain)
    for name, number in (EXTRA_MONTHS | language.months).items():
        bare = re.sub(rf"(?<!\w){re.escape(_bare(name))}(?!\w)", MONTHS[number - 1], bare)
    return bare


def _with_year(plain: str, year: TypedYear, today: Today) -> str:
    """Return a day with its year in four digits, behind all else; ``A_LEAP_YEAR`` where it was left out."""
    if year is TypedYear.SHORT:
        return re.sub(r"\d{2}(?=\D*$)", lambda short: str(today.nearest_year(int(short[0]))), plain)
    if year is TypedYear.LEFT_OUT:
        parted = re.search(r"\d(\D+)\d+(?=\D*$)", plain)
        at, sign = (parted.end(), parted[1]) if parted else (len(plain), " ")
        return f"{plain[:at]}{sign}{A_LEAP_YEAR}{plain[at:]}"
    return plain


def _year_in(plain: str) -> TypedYear | None:
    """Say how the year is written in a text that can be one day, or None where its numbers are no such day.

    12 June is one, 12-14 June is not one of 2014.
    """
    numbers = re.findall(r"\d+", plain)
    short, long = (sum(len(number) in lengths for number in numbers) for lengths in ((1, 2), (4,)))
    if short + long != len(numbers) or len(plain) > LONGEST:
        return None
    if re.search(r"[^\W\d_]{2}", plain):
        if ANOTHER_NUMBER.search(plain):
            return None
        if short == 1:
            return {0: TypedYear.LEFT_OUT, 1: TypedYear.WHOLE}.get(long)
        is_short = long == 0 and any(form.fullmatch(plain) for form in BEFORE_A_SHORT_YEAR)
        return TypedYear.SHORT if is_short else None
    separators = {separator.strip() for separator in re.findall(r"(?<=\d)\D+(?=\d)", plain)}
    year = YEARS_IN_DIGITS.get((short, long)) if len(separators) == 1 else None
    return year if year is not TypedYear.SHORT or re.search(r"(?<!\d)\d{2}\D*$", plain) else None
