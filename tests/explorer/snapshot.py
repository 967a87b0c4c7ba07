"""All that the database holds as one value, which can be put back.

The rows are compared to tell whether a state is new, so they are read in any case; to put a few of them back
takes less time than to load the pages of a serialized database, and far less room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from tests.explorer.production import Leadform, seconds

TABLES: Final = ("enquiries", "amendments", "deliveries", "attempts", "breaker")
"""In an order in which each refers only to those before it."""

LONG_AGO: Final = "2026-05-31 12:00:00.000000"
FORGOTTEN: Final = {"started_at": LONG_AGO} | dict.fromkeys(
    ("finished_at", "charged", "http_status", "specific_code", "message")
)
"""What is stored of an attempt for people to read, and what stands there instead."""

UNTOLD: Final = (None, "unclear")
"""The outcomes of attempts of which nobody knows whether their request arrived."""

Row = tuple[Any, ...]
Rows = tuple[tuple[Row, ...], ...]
"""The rows of each table, by ``TABLES``."""

ENQUIRIES, AMENDMENTS, DELIVERIES, ATTEMPTS, BREAKER = range(len(TABLES))


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as it is stored; moments are seconds since the start."""

    id: int
    kind: str
    state: str
    tried_since: int | None
    due_at: int | None
    lease: str | None
    request_date: int | None
    attempts: int
    opportunity_id: int | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class BreakerRow:
    """The breaker as it is stored; moments are seconds since the start."""

    failures: int
    opened_at: int | None
    probe_at: int | None
    setbacks: int
    draining_since: int | None
    let_go: int


class Snapshots:
    """Takes the database's rows, and puts them back.

    What only tells people of the past is left out, so that it tells no two states apart: when an attempt was
    made and how it was answered, and whole attempts that nothing asks for any more.
    """

    def __init__(self, leadform: Leadform) -> None:
        self._connection: Any = leadform.database.engine.raw_connection().driver_connection
        self.names = [self._names(table) for table in TABLES]
        self._forgotten = {self.names[ATTEMPTS].index(name): value for name, value in FORGOTTEN.items()}
        self._held: Rows = ((),) * len(TABLES)

    def take(self, alive: set[int]) -> Rows:
        """Return what the database holds now; ``alive`` are the attempts that are being made."""
        *others, deliveries, attempts, breaker = (
            tuple(self._connection.execute(f"SELECT * FROM {table} ORDER BY id"))  # noqa: S608 (our own name)
            for table in TABLES
        )
        error, state = map(self.names[DELIVERIES].index, ("last_error", "state"))
        plain = tuple(
            row if row[state] == "failed" else (*row[:error], None, *row[error + 1 :]) for row in deliveries
        )
        kept = tuple(self._kept(attempts, alive))
        self._held = (*others, deliveries, attempts, breaker)
        return (*others, plain, kept, breaker)

    def put_back(self, rows: Rows) -> None:
        """Make the database hold these rows and no others."""
        changed = [number for number in range(len(TABLES)) if rows[number] != self._held[number]]
        if not changed:
            return
        run = self._connection.execute
        run("BEGIN IMMEDIATE")
        run("PRAGMA defer_foreign_keys = ON")
        for number in changed:
            run(f"DELETE FROM {TABLES[number]}")  # noqa: S608 (a name of our own)
            places = ", ".join("?" * len(self.names[number]))
            for row in rows[number]:
                run(f"INSERT INTO {TABLES[number]} VALUES ({places})", row)  # noqa: S608 (as above)
        run("COMMIT")
        self._held = rows

    def _names(self, table: str) -> list[str]:
        return [row[1] for row in self._connection.execute(f"PRAGMA table_info({table})")]

    def _kept(self, attempts: tuple[Row, ...], alive: set[int]) -> Iterator[Row]:
        """Yield the attempts that somebody makes now, the last request of each delivery, and those untold."""
        names = self.names[ATTEMPTS]
        number, delivery, request, outcome = map(names.index, ("id", "delivery_id", "request", "outcome"))
        last = {row[delivery]: row[number] for row in attempts if row[request] is not None}
        for row in attempts:
            is_untold = row[request] is not None and row[outcome] in UNTOLD
            if row[number] in alive or is_untold or row[number] in last.values():
                yield tuple(self._forgotten.get(at, value) for at, value in enumerate(row))


class Columns:
    """Reads rows by the names of their columns."""

    def __init__(self, names: list[list[str]]) -> None:
        self._names = names
        self.delivery = cache(self._delivery)
        self.breaker = cache(self._breaker)

    def deliveries(self, rows: Rows) -> list[DeliveryRow]:
        """Return the deliveries, oldest first."""
        return [self.delivery(row) for row in rows[DELIVERIES]]

    def requests(self, rows: Rows, alive: set[int]) -> list[tuple[Any, ...]]:
        """Return what the attempts hold that nobody makes now: the requests, and which are untold."""
        names = self._names[ATTEMPTS]
        wanted = [names.index(name) for name in ("delivery_id", "request", "outcome")]
        found = ([row[at] for at in wanted] for row in rows[ATTEMPTS] if row[0] not in alive)
        return sorted({(number, request, outcome in UNTOLD) for number, request, outcome in found if request})

    def _delivery(self, row: Row) -> DeliveryRow:
        return DeliveryRow(**_pick(DeliveryRow, self._names[DELIVERIES], row))

    def _breaker(self, row: Row) -> BreakerRow:
        return BreakerRow(**_pick(BreakerRow, self._names[BREAKER], row))


def _pick(kind: type[Any], names: list[str], row: Row) -> dict[str, Any]:
    named = dict(zip(names, row, strict=True))
    moments = {"tried_since", "due_at", "request_date", "opened_at", "probe_at", "draining_since"}
    return {
        name: seconds(named[name]) if name in moments and named[name] is not None else named[name]
        for name in kind.__dataclass_fields__
    }
