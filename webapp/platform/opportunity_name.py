"""The opportunity's name, which begins with the enquiry's reference and a colon.

The platform stores no key of ours, so only the name proves which enquiry an opportunity belongs to (decision
0014). Only leadform writes what comes before the colon.
"""

from __future__ import annotations

import re
from typing import Final

from webapp.enquiry import CROCKFORD_BASE32, REFERENCE_LENGTH, REFERENCE_PREFIX

MAX_NAME_BYTES: Final = 255
"""In bytes of UTF-8, so that a platform that takes 255 of anything has no reason to cut it."""

_ELLIPSIS: Final = "…"
_LEADING_REFERENCE: Final = re.compile(
    rf"{REFERENCE_PREFIX}[{CROCKFORD_BASE32}]{{{REFERENCE_LENGTH}}}(?=:|$)"
)


def build_name(reference: str, text: str) -> str:
    """Return the name of an enquiry's opportunity, cut if it would be too long."""
    head = f"{reference}: "
    return head + _cut(text, MAX_NAME_BYTES - len(head.encode()))


def is_reserved_ref(ref: str) -> bool:
    """Say whether an external URL's ``ref`` is reserved for leadform, since it would pass for a reference."""
    return ref.strip().upper().startswith(REFERENCE_PREFIX)


def is_cut(name: str, text: str) -> bool:
    """Say whether a name made from a text lacks part of it."""
    return not name.endswith(text)


def is_own_name(listed: str, reference: str, sent: str | None) -> bool:
    """Say whether a name on the platform's list belongs to the opportunity of a reference.

    ``sent`` is the name in the request in doubt, or None when it is not known. The platform may have cut the
    name or changed its white space, and the venue's staff may have edited what follows the reference. What
    else the name holds proves nothing, since anybody may have typed it.
    """
    listed = _folded(listed)
    if sent is None or _owner(sent) == reference:
        return _owner(listed) == reference
    # An older version put the reference at the end, in brackets. A name that begins with a reference belongs
    # to another enquiry, whose visitor may have typed such an end.
    return listed == _folded(sent) or (_owner(listed) is None and listed.endswith(f"({reference})"))


def _owner(name: str) -> str | None:
    """Return the reference that a name begins with, or None."""
    found = _LEADING_REFERENCE.match(name)
    return found.group() if found else None


def _folded(name: str) -> str:
    return " ".join(name.split())


def _cut(text: str, max_bytes: int) -> str:
    """Return a text of at most ``max_bytes`` of UTF-8, cut after a word unless that would halve it."""
    encoded = text.encode()
    if len(encoded) <= max_bytes:
        return text
    kept = encoded[: max_bytes - len(_ELLIPSIS.encode())].decode(errors="ignore")
    words = kept.rpartition(" ")[0]
    return (words if len(words) >= len(kept) / 2 else kept).rstrip() + _ELLIPSIS
