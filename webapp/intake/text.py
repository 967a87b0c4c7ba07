"""Cleans what people and programs type: line ends, control characters, stray white space."""

from __future__ import annotations

import unicodedata

REPLACEMENT_CHARACTER = "\N{REPLACEMENT CHARACTER}"
"""What stands for bytes that were no text (Unicode 16, 23.8)."""


def clean_text(typed: str | None) -> str:
    """Return a text of several lines in NFC, its lines ended by line feeds, without control characters."""
    lines = (typed or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_printable(line).rstrip() for line in lines).strip()


def clean_line(typed: str | None) -> str:
    """Return a text as one line: as ``clean_text``, with white space folded."""
    return " ".join(_printable(typed or "", instead=" ").split())


def is_readable(text: str) -> bool:
    """Say whether a text came through whole: no undecodable bytes, no half of a surrogate pair."""
    return REPLACEMENT_CHARACTER not in text and not any("\ud800" <= each <= "\udfff" for each in text)


def _printable(line: str, instead: str = "") -> str:
    return "".join(
        (" " if character == "\t" else instead) if unicodedata.category(character) == "Cc" else character
        for character in unicodedata.normalize("NFC", line)
    )


def without_controls(raw: str) -> str:
    """Return a text that every database can store, otherwise as it came."""
    return "".join(each for each in raw if unicodedata.category(each) not in {"Cc", "Cs"})
