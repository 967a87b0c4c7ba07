"""The books: every receipt that was shown, against what the platform took and what the outbox says of it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tests.faults.ledger import LedgerEntry
from tests.faults.stand_in import StandIn
from webapp.enquiry import DeliveryState
from webapp.outbox.database import Database
from webapp.outbox.queries import DeliveryQueries, DeliveryRow, Filter

UNSETTLED: Final = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNCLEAR)
EVERYTHING: Final = 1_000_000
_POLL: Final = 0.1
_SHOWN_OF_EACH_KIND: Final = 20


@dataclass(frozen=True, slots=True)
class Summary:
    """How many enquiries there are, and what became of them."""

    accepted: int
    delivered: int
    failed: int
    held: int


def balance(
    receipts: Iterable[str], platform: StandIn | Sequence[LedgerEntry], database: Database
) -> Summary:
    """Hold the books to the promise: each receipt is one opportunity, or failed or held in plain sight."""
    entries = platform.ledger if isinstance(platform, StandIn) else platform
    rows = [each for each in DeliveryQueries(database).list(Filter(limit=EVERYTHING)) if each.kind == "add"]
    offenders = [*_offenders(set(receipts), entries, rows)]
    shown = "\n  ".join(offenders[:_SHOWN_OF_EACH_KIND])
    assert not offenders, f"the books do not balance, {len(offenders)} offenders:\n  {shown}"
    states: list[str] = [each.state for each in rows]
    return Summary(len(rows), *(states.count(each) for each in ("delivered", "failed", "held")))


def wait_until_settled(database: Database, within: float = 60.0) -> None:
    """Return as soon as nothing is on its way any more."""
    ends_at = time.monotonic() + within
    while left := _some_unsettled(database):
        if time.monotonic() > ends_at:
            told = "\n  ".join(f"{each.reference} {each.state}: {each.last_error}" for each in left)
            raise AssertionError(f"not settled within {within:g} s:\n  {told}")
        time.sleep(_POLL)


def _some_unsettled(database: Database) -> list[DeliveryRow]:
    register = DeliveryQueries(database)
    found = [row for state in UNSETTLED for row in register.list(Filter(state=state, limit=5))]
    # Between those reads a delivery may pass from a state not yet read to one read before.
    return found or [row for row in register.list(Filter(limit=EVERYTHING)) if row.state in UNSETTLED][:5]


def _offenders(
    receipts: set[str], entries: Sequence[LedgerEntry], rows: Sequence[DeliveryRow]
) -> Iterator[str]:
    taken: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        taken[entry.reference].append(entry.opportunity_id)
    known = {row.reference for row in rows}
    yield from (f"{each}: a receipt was shown and nothing is stored" for each in sorted(receipts - known))
    yield from (f"{each}: the platform has it and the outbox does not" for each in sorted(set(taken) - known))
    for row in rows:
        ids = taken.get(row.reference, [])
        if len(ids) > 1:
            yield f"{row.reference}: {len(ids)} opportunities {ids}, {row.state}"
        if row.state in UNSETTLED:
            yield f"{row.reference}: still {row.state} ({row.last_error})"
        if row.state == "delivered" and row.opportunity_id not in ids:
            yield f"{row.reference}: delivered as {row.opportunity_id}, and the platform has {ids or 'none'}"
        if row.state not in {*UNSETTLED, "delivered", "failed", "held"}:
            yield f"{row.reference}: in a state that nobody knows, {row.state}"
