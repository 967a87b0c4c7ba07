"""The opportunity's name: the enquiry's reference at its own place, the very start, before anybody's text.

The platform has no key of ours to find an opportunity by, so its name is what proves that it is the one of
an enquiry (decision 0014). leadform alone writes what stands before the colon.
"""

from __future__ import annotations

import re
from typing import Final

from webapp.enquiry import CROCKFORD_BASE32, REFERENCE_LENGTH, REFERENCE_PREFIX

MAX_NAME_BYTES: Final = 255
"""In bytes of UTF-8, so that no platform that takes 255 of anything has a reason to cut it."""

_CUT: Final = "…"
_OWN_PLACE: Final = re.compile(rf"{REFERENCE_PREFIX}[{CROCKFORD_BASE32}]{{{REFERENCE_LENGTH}}}(?=:|$)")


def build_name(reference: str, text: str) -> str:
    """Return the name of an enquiry's opportunity, its text cut where the whole would be too long."""
    head = f"{reference}: "
    return head + _cut(text, MAX_NAME_BYTES - len(head.encode()))


def is_reserved_ref(ref: str) -> bool:
    """Say whether an external URL's ``ref`` is one that leadform alone may give: it would pass for a name."""
    return ref.strip().upper().startswith(REFERENCE_PREFIX)


def is_cut(name: str, text: str) -> bool:
    """Say whether a name that was made of a text lacks some of it."""
    return not name.endswith(text)


def is_own_name(listed: str, reference: str, sent: str | None) -> bool:
    """Say whether a name on the platform's list is that of the reference's own opportunity.

    ``sent`` is the name that the request in doubt gave it, if that is known. The platform may have cut the
    name or changed its white space, and the venue's staff may have edited what stands behind the reference;
    what else the name holds proves nothing, since anybody may have typed it.
    """
    listed = _folded(listed)
    if sent is None or _owner(sent) == reference:
        return _owner(listed) == reference
    # It was sent by a version that put the reference behind the text, in brackets. A name in today's form is
    # of another enquiry, whose visitor may have typed that end.
    return listed == _folded(sent) or (_owner(listed) is None and listed.endswith(f"({reference})"))


def _owner(name: str) -> str | None:
    """Return the reference at its own place, or None when a name has none."""
    found = _OWN_PLACE.match(name)
    return found.group() if found else None


def _folded(name: str) -> str:
    return " ".join(name.split())


def _cut(text: str, most: int) -> str:
    """Return a text within so many bytes of UTF-8, cut behind a word where that leaves enough."""
    whole = text.encode()
    if len(whole) <= most:
        return text
    kept = whole[: most - len(_CUT.encode())].decode(errors="ignore")
    words = kept.rpartition(" ")[0]
    return (words if len(words) >= len(kept) / 2 else kept).rstrip() + _CUT
