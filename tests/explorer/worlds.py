"""The worlds that are explored: what the one visitor sends, in its order."""

from __future__ import annotations

from typing import Final

WORLDS: Final[dict[str, tuple[str, ...]]] = {
    "enquiry": ("Eighty guests",),
    "amendment": ("Eighty guests", "Ninety guests"),
    # The second amendment takes the first one back.
    "amendments": ("Eighty guests", "Ninety guests", "Eighty guests"),
}
"""The message of each version: of the enquiry, and of its amendments."""


def called(version: int) -> str:
    """Return what a version is called in a schedule."""
    return "the enquiry" if version == 0 else f"amendment {version}"
