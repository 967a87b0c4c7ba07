"""Writes numbers as a locale does, and reads them as people type them in any usual spelling."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

from babel import Locale
from babel.numbers import format_decimal, get_decimal_symbol

LONGEST: Final = 200
"""Characters, with the white space and the unseen marks that may come with a number; more are not read."""

ARABIC_MARK: Final = "\N{ARABIC DECIMAL SEPARATOR}"

ONE_SPELLING: Final = str.maketrans(
    {"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{MINUS SIGN}": "-", "\N{ARABIC THOUSANDS SEPARATOR}": "'"}
)
"""What stands for what is read in its place."""

# In threes, or as India has it.
GROUPED: Final = r"[1-9]\d{0,2}(?:(?P<group>[ ',.])\d{3}(?:(?P=group)\d{3})*|(?P<comma>,)(?:\d\d,)+\d{3})"

IN_GROUPS: Final = re.compile(rf"(?P<whole>[+-]?{GROUPED})(?:[.,{ARABIC_MARK}](?P<decimals>\d+))?")


def write_number(number: float | Decimal, locale: Locale) -> str:
    """Return a number in digits, with all its decimals, so that it is read back as the same one."""
    exact = Decimal(str(number))
    written = format_decimal(exact, locale=locale, decimal_quantization=False)
    # Three decimals would be read as thousands, as in 1.234.
    return written if read_number(written, locale) == exact else f"{written}0"


def read_number(typed: str, locale: Locale) -> Decimal:
    """Return the number that a text is.

    Digits in threes are thousands, whichever sign parts them: people who mean a fraction seldom type three
    decimals, and people who count in thousands are not always those whose language the page speaks.

    Raises:
        ValueError: it is none.
    """
    if len(typed) > LONGEST:
        raise ValueError("This is longer than any number")
    plain = _plain(typed)
    number = _in_groups(plain) or _ungrouped(plain, get_decimal_symbol(locale))
    if number is None:
        raise ValueError("This is no number")
    return Decimal(number)


def _plain(typed: str) -> str:
    """Return a text with its digits in ASCII and one spelling of each sign."""
    visible = (each for each in typed.translate(ONE_SPELLING) if unicodedata.category(each) != "Cf")
    return " ".join("".join(str(unicodedata.decimal(each, each)) for each in visible).split())


def _in_groups(plain: str) -> str | None:
    found = IN_GROUPS.fullmatch(plain)
    if found is None:
        return None
    mark = plain[found.end("whole") : found.end("whole") + 1]
    if mark in {found["group"], found["comma"]}:
        return None
    return f"{re.sub('[^0-9+-]', '', found['whole'])}.{found['decimals'] or 0}"


def _ungrouped(plain: str, mark: str) -> str | None:
    """Return a number whose decimals are marked as the language does it, or as programs do."""
    dotted = re.sub(rf"[{re.escape(mark)}{ARABIC_MARK}]", ".", plain)
    return dotted if re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", dotted) else None
