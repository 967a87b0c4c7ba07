"""Which setting a misspelled name was meant for: a wrong letter, another case, a dash for an underscore."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

OUR_PREFIX: Final = "LEADFORM"
SHORT_WORD: Final = 5
"""Letters. A word up to this length may have one typing error; a longer one may have two."""


def closest_setting(name: str, settings: Iterable[str], max_errors: int = 2) -> str | None:
    """Return the setting that a name is almost; None when it is exactly one, or is not like any.

    A word may have one typing error, a long word ``max_errors``. A name with other words belongs to another
    program: APP_DATABASE_URL, POSTGRES_PASSWORD, PROXY_HOST.
    """
    settings = tuple(settings)
    if name in settings:
        return None
    words = _words(name)
    if len(words) > 1 and words[0] == OUR_PREFIX:
        words = words[1:]
    for setting in settings:  # first those that differ only in case and punctuation
        if "".join(words) == setting.replace("_", ""):
            return setting
    return next((setting for setting in settings if _is_near(words, setting.split("_"), max_errors)), None)


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[^A-Z0-9]+", name.upper()) if word]


def _is_near(words: list[str], wanted: list[str], max_errors: int) -> bool:
    if len(wanted) == 1:
        # A short name of one word has many neighbours that are words of their own: POST, SORT, PORTS.
        return len(words) == 1 and sorted(words[0]) == sorted(wanted[0]) and _is_within(1, *words, *wanted)
    if len(words) != len(wanted):
        # An underscore was left out or added, along with another slip.
        return _is_within(1, "".join(words), "".join(wanted))
    return all(
        _is_within(1 if len(right) <= SHORT_WORD else max_errors, word, right)
        for word, right in zip(words, wanted, strict=True)
    )


def _is_within(max_errors: int, word: str, right: str) -> bool:
    # Lengths alone rule most pairs out, and each start compares every variable with every setting.
    return abs(len(word) - len(right)) <= max_errors and edit_distance(word, right) <= max_errors


def edit_distance(word: str, right: str) -> int:
    """Return how many letters were left out, added, replaced, or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(word, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and word[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
