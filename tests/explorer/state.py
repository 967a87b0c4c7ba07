"""A state of the world, and what makes two states the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from hashlib import blake2b
from typing import Any, Final

from tests.explorer.attempts import Begin, Held, Record, Result
from tests.explorer.platform import LAG, WINDOW, Platform
from tests.explorer.production import ACTIVE_STATES, GIVE_UP_AFTER, START, PlatformResponse, Unreadable
from tests.explorer.snapshot import BREAKER, Columns, DeliveryRow, Rows

WORKERS: Final = ("A", "B")
MOST_SETBACKS: Final = 4
"""From here on probes are a minute apart, however often the breaker has opened again."""

SHOWN_AFTER: Final = WINDOW + LAG

DRAINED: Final = 50
"""Seconds after which a drain is over."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything that decides what may happen next.

    ``now`` is the database's clock in seconds since the start, ``ahead`` by how many it is ahead of the
    platform's. ``sent`` says how many of the visitor's versions are stored, ``receipts`` for how many a
    receipt was shown.
    """

    rows: Rows
    workers: tuple[Held | None, ...] = (None, None)
    platform: Platform = field(default_factory=Platform)
    now: int = 0
    ahead: int = 0
    sent: int = 0
    receipts: int = 0

    @property
    def alive(self) -> set[int]:
        """The attempts that workers are in the middle of."""
        return {held.claim.attempt_id for held in self.workers if held}

    @property
    def platform_time(self) -> int:
        """What the platform's clock says, in seconds since the start."""
        return self.now - self.ahead


class Keys:
    """Tells whether two states are the same: nothing that differs can make a difference later.

    Moments count by their distance from now, tokens by who holds them, and the two workers are alike. What
    only tells of the past is left out: when an attempt was made and how it ended, and the words of an error.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def of(self, state: State) -> bytes:
        """Return the same few bytes for the same states."""
        now, there, rows = state.now, state.platform_time, state.rows
        deliveries = self._columns.deliveries(rows)
        holders = {row.lease for row in deliveries if row.lease}
        workers = sorted(repr(_worker(held, holders, now, there)) for held in state.workers)
        alive = {held.claim.lease_token for held in state.workers if held}
        key = (
            [_delivery(row, alive, now) for row in deliveries],
            [
                (number, _digest(text), untold)
                for number, text, untold in self._columns.requests(rows, state.alive)
            ],
            self._breaker(rows, now),
            workers,
            [
                (_digest(one.values), min(there - one.date, SHOWN_AFTER))
                for one in state.platform.opportunities
            ],
            [(_digest(one.body), there - one.date) for one in state.platform.on_their_way],
            (state.ahead, state.sent, state.receipts),
        )
        return blake2b(repr(key).encode(), digest_size=16).digest()

    def _breaker(self, rows: Rows, now: int) -> tuple[Any, ...]:
        # Fewer failures than open it are left out: no schedule has enough faults to open it by a run of them.
        (row,) = map(self._columns.breaker, rows[BREAKER])
        draining = _since(row.draining_since, now, DRAINED)
        probe = None if row.probe_at is None else max(0, row.probe_at - now)
        return (
            row.opened_at is not None,
            probe,
            min(row.setbacks, MOST_SETBACKS),
            draining,
            min(row.let_go, 4),
        )


def _delivery(row: DeliveryRow, alive: set[str], now: int) -> tuple[Any, ...]:
    if row.state not in ACTIVE_STATES:
        return (
            row.id,
            row.state,
            row.due_at,
            row.request_date and row.request_date - now,
            row.opportunity_id,
            is_explained(row),
        )
    return (
        row.id,
        row.state,
        _since(row.tried_since, now, GIVE_UP_AFTER),
        None if row.due_at is None else max(0, row.due_at - now),
        row.lease and row.lease in alive,
        None if row.request_date is None else row.request_date - now,
        min(row.attempts, 2),
        row.opportunity_id,
    )


def is_explained(row: DeliveryRow) -> bool:
    """Say whether a failed delivery tells of a refusal of the platform's, or that time is up."""
    return row.last_error is not None and row.last_error.startswith(("The platform answered", "Gave up"))


def _worker(held: Held | None, holders: set[str], now: int, there: int) -> tuple[Any, ...] | None:
    if held is None:
        return None
    claim, step = held.claim, held.step
    claimed_at, tried_since = _seconds(claim.claimed_at), _seconds(claim.first_tried_at)
    holds = claim.lease_token in holders
    common = (
        claim.delivery_id,
        claim.action,
        holds and _since(tried_since, now, GIVE_UP_AFTER),
        claimed_at < now,
        min(claim.attempts, 2),
        claim.opportunity_id,
        claim.is_probe,
        type(step).__name__,
    )
    if isinstance(step, Record):
        # How it came to its outcome makes no difference any more.
        return (*common, astuple(step.outcome))
    tried_for = min(claimed_at - tried_since, GIVE_UP_AFTER)
    in_doubt_for = None if claim.request_date is None else claimed_at - _seconds(claim.request_date)
    base = claim.amendment_base
    amended = base and (
        base.opportunity_id,
        _count(base.versions),
        _count(base.in_doubt),
        base.is_superseded,
    )
    said = (*common, tried_for, in_doubt_for, amended)
    if isinstance(step, Begin):
        return said
    age = min(there - step.date, WINDOW + 1)
    return (*said, age, step.body.get("start"), [_result(one, there) for one in held.results])


def _count(versions: Sequence[object] | Unreadable) -> int | None:
    return None if isinstance(versions, Unreadable) else len(versions)


def _result(result: Result, there: int) -> Any:
    """Return what a step came to; the date that a request was given counts as its age."""
    if isinstance(result, PlatformResponse):
        told = parsedate_to_datetime(result.headers["Date"])
        return result.status, result.body, there - _seconds(told)
    return type(result)


def _seconds(moment: datetime) -> int:
    return int((moment - START).total_seconds())


def _since(moment: int | None, now: int, most: int) -> int | None:
    return None if moment is None else min(now - moment, most)


@cache
def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=8).digest()
