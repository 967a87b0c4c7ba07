"""Reads the campaign that a visitor came from: from the link on arrival, from hidden fields when sent.

The page carries every value as it came, so that values are cut, and the cuts noted, only once: when stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from webapp.enquiry import ATTRIBUTION_PARAMETERS, CLICK_IDS, Attribution
from webapp.languages.text_cleaning import beginning

MAX_UTM_VALUE: Final = 255
MAX_CLICK_ID: Final = 1024
MAX_ADDRESS: Final = 2048
MAX_CARRIED: Final = 8190
"""Characters of a value that are read; no address that gunicorn takes is longer."""

MAX_NAME: Final = 64
"""Characters of a parameter's name that are read."""

REFERRER: Final = "referrer"
LANDING_ADDRESS: Final = "landing_address"

Pairs = Iterable[tuple[str, str]]


def carried_parameters(pairs: Pairs) -> dict[str, str]:
    """Return the attribution parameters among the pairs, raw, by their proper names.

    Only what no page and no database can hold is taken out of them. The first value that is not empty wins.
    Names are read without regard to case, and as links escaped once too often spell them
    (``amp;utm_medium``).
    """
    carried: dict[str, str] = {}
    for key, value in pairs:
        name = key[:MAX_NAME].strip().lower().removeprefix("amp;")
        if name not in ATTRIBUTION_PARAMETERS or name in carried:
            continue
        kept = beginning(value, MAX_CARRIED)
        if kept.strip():
            carried[name] = kept
    return {name: carried[name] for name in ATTRIBUTION_PARAMETERS if name in carried}


def carried_address(address: str) -> str:
    """Return an address as a hidden field can carry it."""
    return beginning(address, MAX_CARRIED)


def parse_attribution(pairs: Pairs, referrer: str, landing_address: str) -> Attribution:
    """Return the attribution to store; what is too long is cut or dropped with a note, never refused."""
    parameters: dict[str, str] = {}
    notes: list[str] = []
    for name, value in carried_parameters(pairs).items():
        if name in CLICK_IDS and len(value) > MAX_CLICK_ID:
            notes.append(f"{name} was dropped: {len(value)} characters, and {MAX_CLICK_ID} is the most")
        elif name not in CLICK_IDS and len(value) > MAX_UTM_VALUE:
            notes.append(f"{name} was cut: {len(value)} characters, and {MAX_UTM_VALUE} is the most")
            parameters[name] = value[:MAX_UTM_VALUE]
        else:
            parameters[name] = value
    return Attribution(
        parameters,
        referrer=beginning(referrer, MAX_ADDRESS),
        landing_address=beginning(landing_address, MAX_ADDRESS),
        notes=tuple(notes),
    )
