"""One language: its messages by gettext, its dates and numbers by the Unicode CLDR."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, Literal, Self, get_args

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from webapp.languages.numbers import read_number, write_number

LanguageTag = Literal["en", "de", "fr", "es", "ar"]
"""A language by its BCP 47 tag."""

LANGUAGES: Final[tuple[LanguageTag, ...]] = get_args(LanguageTag)
"""The languages that leadform speaks; the messages in the code are in the first one."""

ENGLISH: Final = LANGUAGES[0]

CATALOGS: Final = Path(__file__).with_name("catalogs")

REGIONS_WITH_OWN_MONTHS: Final = {"ar": ("SY", "DZ", "MA", "MR")}
"""Countries, by language, whose names of the months are not those of the language elsewhere."""

MAX_TAG: Final = 35
"""Characters of a tag that are read; no language needs more (RFC 5646, 4.4.1)."""

_WORLD: Final = "001"
"""The territory of a language as it is used in no one country (UN M.49)."""


def N_(message: str) -> str:  # noqa: N802 (gettext's own name for it)
    """Mark a message that is translated elsewhere, so that it gets into the catalogs."""
    return message


class LocalizedText(str):
    """A text that knows its language: a text of the venue's in a form, or one of leadform's messages.

    ``language`` is None where nobody said which one it is.
    """

    __slots__ = ("language",)
    language: LanguageTag | None

    def __new__(cls, text: str, language: LanguageTag | None = None) -> Self:
        """Return a text in a language."""
        localized = super().__new__(cls, text)
        localized.language = language
        return localized


class Language:
    """A language as it is used in a country.

    Args:
        tag: which language.
        region: the country's ISO 3166 code, which decides the order of a date such as 3/4/2027.
    """

    def __init__(self, tag: LanguageTag, region: str | None = None) -> None:
        self.tag = tag
        self.region = region
        self._locale = _locale(tag, region)
        self._translations = _translations(tag)

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """The direction in which the language is written, as in HTML's ``dir``."""
        return "rtl" if self._locale.text_direction == "rtl" else "ltr"

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return str(self._locale.language_name).capitalize()

    @cached_property
    def date_order(self) -> str:
        """The order of a date in digits that does not begin with a four-digit year: ``DMY`` or ``MDY``.

        Where the country writes the year first, as Canada does, its dates in words tell the order.
        """
        patterns = (str(self._locale.date_formats[width].pattern).upper() for width in ("short", "medium"))
        orders = ["".join(dict.fromkeys(part for part in pattern if part in "DMY")) for pattern in patterns]
        return next((order for order in orders if not order.startswith("Y")), "DMY")

    @cached_property
    def months(self) -> dict[str, int]:
        """The names of months, the longest first, each with its number from 1."""
        regional = [Locale(self.tag, region).months for region in REGIONS_WITH_OWN_MONTHS.get(self.tag, ())]
        return _by_length(name for months in (*regional, self._locale.months) for name in _names(months))

    @cached_property
    def weekdays(self) -> dict[str, int]:
        """The names of the days of the week, the longest first, each with its number from 0."""
        return _by_length(_names(self._locale.days))

    def gettext(self, message: str, **values: object) -> LocalizedText:
        """Return a message in this language, with ``%(name)s`` filled.

        Each value keeps its own direction.
        """
        text = self._translations.gettext(message)
        if values:
            text %= {name: self.isolate(value) for name, value in values.items()}
        return LocalizedText(text, self.tag)

    def format_date(self, day: date) -> str:
        """Return a date in words, such as 31 May 2027."""
        return format_date(day, "long", locale=self._locale)

    def weekday(self, day: date) -> str:
        """Return the name of a date's day of the week."""
        return format_date(day, "EEEE", locale=self._locale)

    @property
    def has_am_and_pm(self) -> bool:
        """Whether hours are written from 1 to 12, twice a day."""
        return "a" in self._locale.time_formats["short"].pattern

    def format_time(self, time_of_day: time) -> str:
        """Return a time of day in digits, such as 7:30 pm or 19:30."""
        return format_time(time_of_day, "short", locale=self._locale)

    def format_datetime(self, moment: datetime, zone: tzinfo) -> str:
        """Return a date and the time of day in a time zone, with its name."""
        name = "z" if zone is UTC else "(zzzz)"
        date_and_time = str(self._locale.datetime_formats["long"])
        pattern = date_and_time.format(f"HH:mm {name}", self._locale.date_formats["long"].pattern)
        return format_datetime(moment, pattern, tzinfo=zone, locale=self._locale)

    def number(self, number: float | Decimal) -> str:
        """Return a number in digits, such as 4,000."""
        return write_number(number, self._locale)

    def read_number(self, typed: str) -> Decimal:
        """Return a number as it is typed in this language, or in any other where it can be only one.

        Raises:
            ValueError: it is not a number.
        """
        return read_number(typed, self._locale)

    def isolate(self, text: object) -> str:
        """Return a text so that it keeps its direction inside one that is written from right to left.

        A text in this same language needs nothing; any other stands between isolates of the Unicode
        bidirectional algorithm (UAX #9).
        """
        is_own = isinstance(text, LocalizedText) and text.language == self.tag
        if is_own or self.direction == "ltr":
            return str(text)
        return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"

    def isolate_ltr(self, text: str) -> str:
        """Return digits or an address so that they keep their order amid a text from right to left.

        They are kept on one line, too: over two lines, they would read in the wrong order.
        """
        if self.direction == "ltr":
            return text
        unbroken = text.replace(" ", "\N{NO-BREAK SPACE}")
        return f"\N{LEFT-TO-RIGHT ISOLATE}{unbroken}\N{POP DIRECTIONAL ISOLATE}"

    def join_or(self, words: Iterable[str]) -> LocalizedText:
        """Return words as a list in a sentence: a, b or c."""
        joined = format_list([self.isolate(word) for word in words], "or", locale=self._locale)
        return LocalizedText(joined, self.tag)


@cache
def get_language(tag: LanguageTag, region: str | None = None) -> Language:
    """Return a language as it is used in a country."""
    return Language(tag, region)


def supported_language(tag: str | None) -> LanguageTag | None:
    """Return the language that a tag names, whatever its case and its country, or None."""
    primary = (tag or "")[:MAX_TAG].strip().replace("_", "-").partition("-")[0].lower()
    return next((supported for supported in LANGUAGES if supported == primary), None)


def negotiate_language(wanted: Iterable[str], offered: Sequence[LanguageTag]) -> LanguageTag:
    """Return the first wanted language that is offered, or else the first that is offered."""
    tags = (supported_language(tag) for tag in wanted)
    return next((tag for tag in tags if tag is not None and tag in offered), offered[0])


def _names(of_context: Any) -> Iterator[tuple[str, int]]:
    for widths in of_context.values():
        for width in ("wide", "abbreviated"):
            for number, name in widths.get(width, {}).items():
                yield name.casefold().rstrip("."), number


def _by_length(names: Iterable[tuple[str, int]]) -> dict[str, int]:
    return dict(sorted(names, key=lambda named: -len(named[0])))


def _locale(tag: LanguageTag, region: str | None) -> Locale:
    for territory in (region, _WORLD):
        if territory:
            try:
                return Locale.parse(f"{tag}_{territory}")
            except UnknownLocaleError:
                continue
    return Locale.parse(tag)


@cache
def _translations(tag: LanguageTag) -> NullTranslations:
    """Return the translations of the catalog, compiled now, so that no stale file can stand in for it."""
    if tag == ENGLISH:
        return NullTranslations()
    compiled: Any = io.BytesIO()
    with (CATALOGS / f"{tag}.po").open("rb") as catalog:
        write_mo(compiled, read_po(catalog, locale=tag))
    compiled.seek(0)
    return Translations(compiled)
