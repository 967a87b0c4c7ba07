"""The patterns of questions, run by RE2: in time that grows with the text alone, whatever the pattern.

RE2 takes letters and digits for those of English; here they are those of every language, as in Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import re2

MAX_MEMORY: Final = 4 * 1024 * 1024
"""Bytes for a pattern and for each time that it runs; two hundred times ``\\pL`` fit."""

NOT_RUN: Final = (
    (r"operator: \(\?[=!]", "a look-ahead, (?=…) or (?!…)", "describe the answer itself"),
    (r"operator: \(\?<[=!]", "a look-behind, (?<=…) or (?<!…)", "describe the answer itself"),
    (r"operator: \(\?P|sequence: \\[1-9]", "a back-reference", "write out what may appear there"),
    (r"operator: \(\?>", "an atomic group, (?>…)", "write (?:…)"),
    (r"operator: \(\?\(", "a condition, (?(…)…)", "write both cases, with | between them"),
    (r"operator: \(\?#", "a comment, (?#…)", "put it behind # in the forms file"),
    (r"operator: \(\?", "a flag other than i, m and s", "leave it out"),
    (r"bad repetition", "a repetition of a repetition, such as ++", "write it once"),
    (r"repetition size", "a repetition too many times (1,000 is the most)", "bound it by max_length"),
    (r"sequence: \\Z", r"\Z", "leave it out: the whole answer must match anyway"),
    (r"sequence: \\[uUN]", r"a character by \u, \U or \N", r"write the character itself, or \x{00E9}"),
    (r"too large", "too many repetitions within each other", "bound the length by max_length"),
)
"""What Python's own patterns may have and RE2's not: how RE2 calls it, what it is, and what to do instead."""

PART: Final = re.compile(r"\\Q.*?(?:\\E|$)|\\.|\[:\^?[a-z]+:\]|.", re.DOTALL)
"""What a pattern is made of: a literal run, an escape, a named list of letters, or a character."""

IN_EVERY_LANGUAGE: Final = {
    r"\w": r"[\p{L}\p{N}_]",
    r"\W": r"[^\p{L}\p{N}_]",
    r"\d": r"\p{Nd}",
    r"\D": r"\P{Nd}",
}
IN_A_LIST: Final = {r"\w": r"\p{L}\p{N}_", r"\d": r"\p{Nd}", r"\D": r"\P{Nd}"}
"""What RE2 is given for what Python knows in every language, alone and within ``[…]``."""

NOT_IN_A_LIST: Final = (
    r"has \W within […], which RE2, the engine that runs patterns, cannot run: "
    r"write letters as \p{L} and digits as \p{Nd}"
)

WITHOUT_A_LEAST: Final = re.compile(r"(?<!\\)(?:\\\\)*\{,[0-9]*\}")
"""``{,5}`` and ``{,}``, which RE2 takes for these very characters."""


def find_fault(pattern: str) -> str | None:
    """Return what is wrong with a pattern and what to do, or None when it can be run."""
    if WITHOUT_A_LEAST.search(pattern):
        return "has a repetition without its least number, {,…}: write {0,…}"
    if r"\W" in (part for part, is_listed in _parts(pattern) if is_listed):
        return NOT_IN_A_LIST
    try:
        _compiled(pattern)
    except re2.error as error:
        told = _told(error)
        for found, construct, advice in NOT_RUN:
            if re.search(found, told):
                return f"has {construct}, which RE2, the engine that runs patterns, cannot run: {advice}"
        return f"is not a regular expression ({told})"
    return None


def matches(pattern: str, text: str) -> bool:
    """Say whether a pattern that can be run matches the whole of a text."""
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    options.never_capture = True
    return re2.compile(_in_every_language(pattern), options)


def _in_every_language(pattern: str) -> str:
    return "".join(
        (IN_A_LIST if is_listed else IN_EVERY_LANGUAGE).get(part, part) for part, is_listed in _parts(pattern)
    )


def _parts(pattern: str) -> Iterator[tuple[str, bool]]:
    """Yield what a pattern is made of, and of each whether it stands within ``[…]``."""
    opened_at: int | None = None
    for found in PART.finditer(pattern):
        part = found[0]
        yield part, opened_at is not None
        if opened_at is None:
            opened_at = found.start() if part == "[" else None
        elif part == "]" and pattern[opened_at : found.start()] not in {"[", "[^"}:
            opened_at = None


def _told(error: Exception) -> str:
    """Return the words of RE2, which come as bytes."""
    words: bytes = error.args[0]
    return words.decode(errors="replace")
