"""The opportunities that the stand-in has stored, in order; nothing is ever removed."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

FIRST_ID: Final = 1000
MAX_ROWS_A_PAGE: Final = 100
OTHER_VENUE: Final = 999_999

_REFERENCE: Final = re.compile(r"ENQ-[0-9A-HJKMNP-TV-Z]{8}(?=: )")


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One opportunity that was added."""

    reference: str
    opportunity_id: int
    at: datetime
    payload: Mapping[str, Any]


def reference_in(payload: object) -> str:
    """Return the reference that an opportunity's name begins with; empty when it has none."""
    name = payload.get("name") if isinstance(payload, dict) else None
    found = _REFERENCE.match(name) if isinstance(name, str) else None
    return found.group() if found else ""


class Ledger:
    """The entries, also written to a file, a line each, so that they outlive the process."""

    def __init__(self, file: Path | None = None) -> None:
        self.entries: list[LedgerEntry] = []
        self._changes: dict[int, list[Mapping[str, Any]]] = {}
        self._file = file
        self._lock = threading.Lock()

    def append(self, payload: Mapping[str, Any]) -> LedgerEntry:
        """Store an opportunity, whether or not the same one was stored before."""
        with self._lock:
            number = FIRST_ID + len(self.entries)
            entry = LedgerEntry(reference_in(payload), number, datetime.now(UTC), payload)
            self.entries.append(entry)
            if self._file is not None:
                line = [entry.reference, entry.opportunity_id, entry.at.isoformat(), payload]
                with self._file.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
        return entry

    def change(self, payload: Mapping[str, Any]) -> LedgerEntry | None:
        """Change an opportunity; return None if there is none with that id."""
        number = int(payload["id"])
        with self._lock:
            if not 0 <= number - FIRST_ID < len(self.entries):
                return None
            self._changes.setdefault(number, []).append(payload)
            return self.entries[number - FIRST_ID]

    def current(self, reference: str) -> dict[str, Any]:
        """Return the opportunity with that reference, with every change applied."""
        with self._lock:
            (entry,) = (entry for entry in self.entries if entry.reference == reference)
            changes = self._changes.get(entry.opportunity_id, [])
            return {key: value for payload in (entry.payload, *changes) for key, value in payload.items()}

    def older_than(self, seconds: float) -> list[LedgerEntry]:
        """Return the entries that were stored at least that long ago."""
        latest = datetime.now(UTC) - timedelta(seconds=seconds)
        with self._lock:
            return [entry for entry in self.entries if entry.at <= latest]


@dataclass(slots=True)
class Listing:
    """How ``getOpportunityList`` answers.

    Args:
        lag: seconds from storing an entry until it is listed.
        page_size: the most rows at once.
        near_misses: first list rows whose names only resemble the one looked up.
        other_venues: also list another venue's opportunity with the same reference.
        extra_total: how many more rows the total claims than there are.
        claims_full_pages: claim the requested page size, whatever the page holds.
        truncate: how the platform shortens names.
    """

    lag: float = 0.0
    page_size: int = MAX_ROWS_A_PAGE
    near_misses: bool = False
    other_venues: bool = False
    extra_total: int = 0
    claims_full_pages: bool = False
    truncate: Callable[[str], str] = str

    def page(self, ledger: Ledger, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return the requested page."""
        wanted = str(asked.get("filter", {}).get("name__CONTAINS", ""))
        venues = {int(venue) for venue in asked.get("venueIds", [])}
        found = [
            _row(entry.opportunity_id, entry.payload["venueId"], self.truncate(entry.payload["name"]))
            for entry in ledger.older_than(self.lag)
            if int(entry.payload.get("venueId", 0)) in venues
            and wanted.lower() in self.truncate(entry.payload["name"]).lower()
        ]
        rows = [*self._extra_rows(wanted, venues), *found]
        start = max(0, int(asked.get("start", 0)))
        per_page = min(int(asked.get("perPage", self.page_size)), self.page_size, MAX_ROWS_A_PAGE)
        shown = rows[start : start + per_page]
        meta = {
            "totalResults": len(rows) + self.extra_total,
            "start": start,
            "perPage": asked.get("perPage", per_page) if self.claims_full_pages else per_page,
            "count": len(shown),
        }
        return {"meta": meta, "results": shown}

    def _extra_rows(self, wanted: str, venues: set[int]) -> list[dict[str, Any]]:
        rows = []
        if self.near_misses:
            names = (
                f"{wanted}X: Ada",
                f"X{wanted}: Ada",
                f"{wanted.lower()}: Ada",
                f"{wanted}-2: Ada",
                f"ENQ-00000000: Ada {wanted}: Lovelace ({wanted})",
                "",
            )
            rows += [_row(number, min(venues, default=0), name) for number, name in enumerate(names, 1)]
        if self.other_venues:
            rows.append(_row(len(rows) + 1, OTHER_VENUE, f"{wanted}: Copied"))
        return rows


def _row(number: int, venue: object, name: object) -> dict[str, Any]:
    return {"id": number, "venueId": venue, "name": name}
