"""Compares the receipts that were shown with the platform's ledger and the outbox."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tests.faults.ledger import LedgerEntry
from tests.faults.stand_in import StandIn
from webapp.enquiry import DeliveryKind, DeliveryState
from webapp.outbox.database import Database
from webapp.outbox.queries import DeliveryQueries, DeliveryRow, Filter

NEEDS_A_PERSON: Final = (DeliveryState.FAILED, DeliveryState.HELD)
UNSETTLED: Final = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNCLEAR)
EVERYTHING: Final = 1_000_000
_POLL: Final = 0.1
_MAX_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Summary:
    """How many enquiries there are, by outcome."""

    accepted: int
    delivered: int
    failed: int
    held: int


def check_invariants(
    receipts: Iterable[str], platform: StandIn | Sequence[LedgerEntry], database: Database
) -> Summary:
    """Check that every receipt is exactly one opportunity, or is listed as failed or held."""
    entries = platform.ledger if isinstance(platform, StandIn) else platform
    rows = [row for row in DeliveryQueries(database).list(Filter(limit=EVERYTHING)) if row.kind == "add"]
    violations = [*_violations(set(receipts), entries, rows)]
    shown = "\n  ".join(violations[:_MAX_SHOWN])
    assert not violations, f"the books do not balance, {len(violations)} violations:\n  {shown}"
    states: list[str] = [row.state for row in rows]
    return Summary(len(rows), *(states.count(state) for state in ("delivered", "failed", "held")))


def wait_until_settled(database: Database, within: float = 60.0) -> None:
    """Wait until every delivery is delivered, failed or held."""
    ends_at = time.monotonic() + within
    while left := _some_unsettled(database):
        if time.monotonic() > ends_at:
            waiting = "\n  ".join(f"{row.reference} {row.state}: {row.last_error}" for row in left)
            raise AssertionError(f"not settled within {within:g} s:\n  {waiting}")
        time.sleep(_POLL)


def _some_unsettled(database: Database) -> list[DeliveryRow]:
    queries = DeliveryQueries(database)
    found = [row for state in UNSETTLED for row in queries.list(Filter(state=state, limit=5))]
    if any(not _is_waiting(row) for row in found):
        return found
    # Between those reads a delivery may have moved from a state not yet read to one already read.
    rows = queries.list(Filter(limit=EVERYTHING))
    # A change of an enquiry that failed waits with it, in plain sight.
    undelivered = {
        row.reference for row in rows if row.kind == DeliveryKind.ADD and row.state in NEEDS_A_PERSON
    }
    return [
        row
        for row in rows
        if row.state in UNSETTLED and not (_is_waiting(row) and row.reference in undelivered)
    ][:5]


def _is_waiting(row: DeliveryRow) -> bool:
    return row.state is DeliveryState.QUEUED and row.next_attempt_at is None


def _violations(
    receipts: set[str], entries: Sequence[LedgerEntry], rows: Sequence[DeliveryRow]
) -> Iterator[str]:
    taken: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        taken[entry.reference].append(entry.opportunity_id)
    known = {row.reference for row in rows}
    yield from (
        f"{reference}: a receipt was shown and nothing is stored" for reference in sorted(receipts - known)
    )
    yield from (
        f"{reference}: the platform has it and the outbox does not"
        for reference in sorted(set(taken) - known)
    )
    for row in rows:
        ids = taken.get(row.reference, [])
        if len(ids) > 1:
            yield f"{row.reference}: {len(ids)} opportunities {ids}, {row.state}"
        if row.state in UNSETTLED:
            yield f"{row.reference}: still {row.state} ({row.last_error})"
        if row.state == "delivered" and row.opportunity_id not in ids:
            yield f"{row.reference}: delivered as {row.opportunity_id}, and the platform has {ids or 'none'}"
        if row.state not in {*UNSETTLED, "delivered", "failed", "held"}:
            yield f"{row.reference}: in an unknown state, {row.state}"
