"""The moments at which something may go on, and whether anybody would oversleep until then."""

from __future__ import annotations

from tests.explorer.platform import WINDOW
from tests.explorer.production import BASE, FENCE
from tests.explorer.snapshot import BREAKER, Columns, DeliveryRow
from tests.explorer.state import DRAINED, State


class Moments:
    """What the database's rows say of the time to come."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def due(self, state: State) -> list[DeliveryRow]:
        """Return the deliveries that are due."""
        rows = self._columns.deliveries(state.rows)
        return [row for row in rows if row.due_at is not None and row.due_at <= state.now]

    def to_come(self, state: State) -> list[int]:
        """Return the moments at which something goes on by itself, soonest first."""
        rows = self._columns.deliveries(state.rows)
        later = {row.due_at for row in rows if row.due_at is not None and row.due_at > state.now}
        return sorted(later | self._of_the_breaker(state) if self.due(state) else later)

    def edges(self, state: State) -> set[int]:
        """Return the moments after which a request can no longer be accepted, or counts as lost."""
        rows = self._columns.deliveries(state.rows)
        dates = {row.request_date for row in rows if row.request_date is not None}
        edges = {date + seconds for date in dates for seconds in (WINDOW + 1, FENCE)}
        return {moment for moment in edges if moment > state.now}

    def is_anybody_busy(self, state: State) -> bool:
        """Say whether somebody has something to do at this very moment, or a lease that would run out."""
        if self.due(state) and None in state.workers and not self._of_the_breaker(state):
            return True
        held = {held.claim.lease_token for held in state.workers if held}
        rows = self._columns.deliveries(state.rows)
        return any(row.lease in held for row in rows if (row.due_at or 0) > state.now)

    def _of_the_breaker(self, state: State) -> set[int]:
        """Return when the breaker lets something go, where it holds everything back until then."""
        row = self._columns.breaker(state.rows[BREAKER][0])
        moments = {row.probe_at} if row.opened_at is not None and row.probe_at is not None else set()
        if row.draining_since is not None:
            steps = [row.draining_since + BASE * step for step in range(DRAINED // BASE + 1)]
            gone = [at for at in steps if int(2.0 ** ((at - row.draining_since) / BASE)) > row.let_go]
            moments |= set(gone[:1])
        return {moment for moment in moments if moment > state.now}
