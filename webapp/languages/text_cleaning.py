"""Cleans what people and programs type: line ends, control characters, stray white space.

What it costs grows with the length of a text alone, and what is too long by its length is not cleaned at all.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final

CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""The control characters, category Cc, of which Unicode will never have others."""

NOT_STORED: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no page and not every database can hold: the controls, and halves of surrogate pairs."""

DAMAGED: Final = re.compile(r"[\ufffd\ud800-\udfff]")
"""The replacement for bytes that were not text (Unicode 16, 23.8), and halves of surrogate pairs."""

MAX_MARKS: Final = 30
"""Marks on one letter, as in the Stream-Safe Text Format (UAX #15); no language needs more."""

JOINER: Final = "\N{COMBINING GRAPHEME JOINER}"
"""What that format puts behind as many marks, so that they are not put in order together with the next."""

BEYOND_THE_BMP: Final = 0x10000
"""The first code point of those that few texts have."""

RAW_OF_ONE: Final = 4
"""Characters of which cleaning makes one at most: a letter with three marks, where the line's end has two."""

RAW_ALWAYS: Final = 1000
"""Characters that are cleaned however short the answer must be: room for white space to be folded."""

Cleaner = Callable[[str | None], str]


def clean_text(typed: str | None) -> str:
    """Return a text of several lines in NFC, its lines ended by line feeds, without control characters."""
    lines = _composed((typed or "").replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")).split("\n")
    return "\n".join(CONTROLS.sub("", line).rstrip() for line in lines).strip()


def clean_line(typed: str | None) -> str:
    """Return a text as one line: as ``clean_text``, with white space folded."""
    return " ".join(CONTROLS.sub(" ", _composed(typed or "")).split())


def clean_within(longest: int, clean: Cleaner, typed: str) -> str:
    """Return a cleaned text, unless no cleaning could bring it within ``longest`` characters.

    Such a text stays as it was typed, only without what no page can hold, and too long for everything else.
    """
    raw = typed.strip()
    return clean(raw) if len(raw) <= max(RAW_ALWAYS, RAW_OF_ONE * longest) else _left_as_typed(raw)


def is_readable(text: str) -> bool:
    """Say whether a text came through whole: no undecodable bytes, no half of a surrogate pair."""
    return DAMAGED.search(text) is None


def without_controls(raw: str) -> str:
    """Return a text that every database can store, otherwise as it came."""
    return NOT_STORED.sub("", raw)


def beginning(raw: str, longest: int) -> str:
    """Return as much of a text as is kept, as it came, without controls; what follows is not read."""
    return without_controls(raw[:longest])


def _left_as_typed(raw: str) -> str:
    return "\n".join(map(without_controls, raw.replace("\r\n", "\n").split("\n")))


def _composed(text: str) -> str:
    """Return a text in NFC.

    Putting marks in order takes the square of how many follow one another, so these are bounded first.
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _perhaps_many_marks().sub(_stream_safe, text))


def _stream_safe(run: re.Match[str]) -> str:
    safe, marks = [], 0
    for character in run[0]:
        marks = marks + 1 if _is_mark(character) else 0
        if marks > MAX_MARKS:
            safe.append(JOINER)
            marks = 1
        safe.append(character)
    return "".join(safe)


def _is_mark(character: str) -> bool:
    return character != JOINER and unicodedata.category(character).startswith("M")


@cache
def _perhaps_many_marks() -> re.Pattern[str]:
    """Return what finds every run of too many marks at once, and with them other rare characters."""
    marks = "".join(filter(_is_mark, map(chr, range(BEYOND_THE_BMP))))
    return re.compile(f"[{marks}{chr(BEYOND_THE_BMP)}-{chr(sys.maxunicode)}]{{{MAX_MARKS + 1},}}")
