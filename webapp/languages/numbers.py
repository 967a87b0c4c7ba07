"""Formats numbers as a locale does, and parses them in any spelling that people commonly use."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

from babel import Locale
from babel.numbers import format_decimal, get_decimal_symbol

MAX_TYPED: Final = 200
"""Characters that are read, including white space and invisible marks."""

ARABIC_MARK: Final = "\N{ARABIC DECIMAL SEPARATOR}"

ONE_SPELLING: Final = str.maketrans(
    {"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{MINUS SIGN}": "-", "\N{ARABIC THOUSANDS SEPARATOR}": "'"}
)
"""Other spellings of a sign, and the one that is read."""

# In threes, or as in India.
GROUPED: Final = r"[1-9]\d{0,2}(?:(?P<group>[ ',.])\d{3}(?:(?P=group)\d{3})*|(?P<comma>,)(?:\d\d,)+\d{3})"

IN_GROUPS: Final = re.compile(rf"(?P<whole>[+-]?{GROUPED})(?:[.,{ARABIC_MARK}](?P<decimals>\d+))?")


def write_number(number: float | Decimal, locale: Locale) -> str:
    """Return a number in digits, with all its decimals, so that it is parsed as the same one again."""
    exact = Decimal(str(number))
    written = format_decimal(exact, locale=locale, decimal_quantization=False)
    # Three decimals would be read as thousands, as in 1.234.
    return written if read_number(written, locale) == exact else f"{written}0"


def read_number(typed: str, locale: Locale) -> Decimal:
    """Return the number that was typed.

    Digits in threes are thousands, whichever sign separates them: people who mean a fraction seldom type
    three decimals, and many type thousands as another language than the page's does.

    Raises:
        ValueError: it is not a number.
    """
    if len(typed) > MAX_TYPED:
        raise ValueError("This is longer than any number")
    plain = _plain(typed)
    number = _in_groups(plain) or _ungrouped(plain, get_decimal_symbol(locale))
    if number is None:
        raise ValueError("This is not a number")
    return Decimal(number)


def _plain(typed: str) -> str:
    """Return a text with its digits in ASCII and one spelling of each sign."""
    visible = (letter for letter in typed.translate(ONE_SPELLING) if unicodedata.category(letter) != "Cf")
    return " ".join("".join(str(unicodedata.decimal(letter, letter)) for letter in visible).split())


def _in_groups(plain: str) -> str | None:
    found = IN_GROUPS.fullmatch(plain)
    if found is None:
        return None
    mark = plain[found.end("whole") : found.end("whole") + 1]
    if mark in {found["group"], found["comma"]}:
        return None
    return f"{re.sub('[^0-9+-]', '', found['whole'])}.{found['decimals'] or 0}"


def _ungrouped(plain: str, mark: str) -> str | None:
    """Return a number whose decimal mark is the language's, or the point of programs."""
    dotted = re.sub(rf"[{re.escape(mark)}{ARABIC_MARK}]", ".", plain)
    return dotted if re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", dotted) else None
