"""What the outbox shows people: the rows of ``leads list``, and one whole enquiry for ``leads show``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, select

from webapp.enquiry import DeliveryKind, DeliveryState, Enquiry, OutcomeKind
from webapp.outbox.amendments import get_versions
from webapp.outbox.breaker import read_breaker
from webapp.outbox.claim import Action
from webapp.outbox.database import Database
from webapp.outbox.serialization import Unreadable, parse_enquiry, parse_request, raw, stored_enquiries
from webapp.outbox.tables import attempts, deliveries, enquiries

WAITING_STATES: Final = frozenset({DeliveryState.QUEUED, DeliveryState.UNCLEAR})


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery in the list; the names are those of ``leads list --json``."""

    reference: str
    form: str
    kind: DeliveryKind
    state: DeliveryState
    created_at: datetime
    opportunity_id: int | None
    attempts: int
    next_attempt_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt: ``outcome`` is None while it runs, and for good when the worker died before it ended.

    ``request`` is the JSON that a send carried, or None when that cannot be read.
    """

    action: Action
    started_at: datetime
    finished_at: datetime | None
    outcome: OutcomeKind | None
    http_status: int | None
    specific_code: int | None
    message: str | None
    request: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Record:
    """One enquiry with its amendments and its deliveries, oldest first; a delivery with its attempts."""

    enquiry: Enquiry
    amendments: tuple[Enquiry, ...]
    deliveries: tuple[tuple[DeliveryRow, tuple[AttemptRow, ...]], ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """Why nothing is being sent, and since when."""

    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Which deliveries to list; None means any."""

    state: DeliveryState | None = None
    form: str | None = None
    since: datetime | None = None
    limit: int = 50


class DeliveryQueries:
    """Reads what the outbox holds; every method raises StoreUnavailableError when the database is down."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, wanted: Filter) -> list[DeliveryRow]:
        """Return the deliveries that match a filter, newest first."""
        query = _deliveries().order_by(deliveries.c.id.desc()).limit(wanted.limit)
        if wanted.state is not None:
            query = query.where(deliveries.c.state == wanted.state)
        if wanted.form is not None:
            query = query.where(enquiries.c.form == wanted.form)
        if wanted.since is not None:
            query = query.where(deliveries.c.created_at >= wanted.since)
        with self._database.reading() as connection:
            return [_delivery(row) for row in connection.execute(query).mappings()]

    def pause(self) -> Pause | None:
        """Return why nothing is being sent, or None when sending is not paused."""
        with self._database.reading() as connection:
            breaker = read_breaker(connection)
        return Pause(breaker.opened_at, breaker.reason or "") if breaker.opened_at else None

    def show(self, reference: str) -> Record | None:
        """Return one whole enquiry, or None when there is none with that reference.

        Raises:
            UnreadableContentError: what is stored cannot be read.
        """
        with self._database.reading() as connection:
            found = (
                connection.execute(stored_enquiries().where(enquiries.c.reference == reference))
                .mappings()
                .first()
            )
            if found is None:
                return None
            rows = connection.execute(
                _deliveries().where(deliveries.c.enquiry_id == found["id"]).order_by(deliveries.c.id)
            ).mappings()
            history = tuple((_delivery(row), _attempts(connection, row["delivery_id"])) for row in rows.all())
            amendments = tuple(parse_enquiry(row) for row in get_versions(connection, found["id"]))
        return Record(parse_enquiry(found), amendments, history)


def _deliveries() -> Select[Any]:
    return select(
        deliveries.c.id.label("delivery_id"),
        enquiries.c.reference,
        enquiries.c.form,
        *(
            deliveries.c[name]
            for name in ("kind", "state", "created_at", "due_at", "opportunity_id", "attempts", "last_error")
        ),
    ).join_from(deliveries, enquiries)


def _attempts(connection: Connection, delivery_id: int) -> tuple[AttemptRow, ...]:
    columns = [attempts.c[field.name] for field in fields(AttemptRow) if field.name != "request"]
    query = (
        select(*columns, raw(attempts.c.request).label("request"))
        .where(attempts.c.delivery_id == delivery_id)
        .order_by(attempts.c.id)
    )
    return tuple(_attempt(row) for row in connection.execute(query).mappings())


def _attempt(row: RowMapping) -> AttemptRow:
    outcome, request = row["outcome"], parse_request(row["request"])
    typed = {
        "action": Action(row["action"]),
        "outcome": OutcomeKind(outcome) if outcome else None,
        "request": None if isinstance(request, Unreadable) else request,
    }
    return AttemptRow(**{**row, **typed})


def _delivery(row: RowMapping) -> DeliveryRow:
    state = DeliveryState(row["state"])
    return DeliveryRow(
        reference=row["reference"],
        form=row["form"],
        kind=DeliveryKind(row["kind"]),
        state=state,
        created_at=row["created_at"],
        opportunity_id=row["opportunity_id"],
        attempts=row["attempts"],
        next_attempt_at=row["due_at"] if state in WAITING_STATES else None,
        last_error=row["last_error"],
    )
