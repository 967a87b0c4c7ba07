"""Shows deliveries to people: the rows of ``leads list``, and one enquiry whole for ``leads show``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, select

from webapp.enquiry import DeliveryState, Enquiry
from webapp.outbox.amendments import get_versions
from webapp.outbox.breaker import read_breaker
from webapp.outbox.database import Database
from webapp.outbox.serialization import read_enquiry, stored_enquiries
from webapp.outbox.tables import attempts, deliveries, enquiries

WAITING = frozenset({DeliveryState.QUEUED, DeliveryState.UNCLEAR})


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery in the list; the names are those of ``leads list --json``."""

    reference: str
    form: str
    kind: str
    state: str
    created_at: datetime
    opportunity_id: int | None
    attempts: int
    next_attempt_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt: ``outcome`` is None while it runs, and for ever when the worker died over it.

    ``request`` is the JSON that a send carried.
    """

    action: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    http_status: int | None
    specific_code: int | None
    message: str | None
    request: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Record:
    """One enquiry with its amendments and its deliveries, oldest first, each with its attempts."""

    enquiry: Enquiry
    amendments: tuple[Enquiry, ...]
    deliveries: tuple[tuple[DeliveryRow, tuple[AttemptRow, ...]], ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """Why nothing is sent at the moment, and since when."""

    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Which deliveries to list; None leaves the matter open."""

    state: str | None = None
    form: str | None = None
    since: datetime | None = None
    limit: int = 50


class DeliveryQueries:
    """Reads what the outbox holds; every method raises StoreUnavailableError when it cannot."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, wanted: Filter) -> list[DeliveryRow]:
        """Return the deliveries that a filter lets through, newest first."""
        query = _deliveries().order_by(deliveries.c.id.desc()).limit(wanted.limit)
        if wanted.state is not None:
            query = query.where(deliveries.c.state == wanted.state)
        if wanted.form is not None:
            query = query.where(enquiries.c.form == wanted.form)
        if wanted.since is not None:
            query = query.where(deliveries.c.created_at >= wanted.since)
        with self._database.reading() as connection:
            return [_row(each) for each in connection.execute(query).mappings()]

    def pause(self) -> Pause | None:
        """Return why nothing is sent, or None when sending goes on."""
        with self._database.reading() as connection:
            breaker = read_breaker(connection)
        return Pause(breaker.opened_at, breaker.reason or "") if breaker.opened_at else None

    def show(self, reference: str) -> Record | None:
        """Return one enquiry whole, or None when there is none of that reference.

        Raises:
            UnreadableContentError: what is stored cannot be understood.
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
            whole = tuple(
                (
                    _row(row),
                    tuple(
                        AttemptRow(**each)
                        for each in connection.execute(_get_attempts(row["delivery_id"])).mappings()
                    ),
                )
                for row in rows.all()
            )
            amended = tuple(read_enquiry(each) for each in get_versions(connection, found["id"]))
        return Record(read_enquiry(found), amended, whole)


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


def _get_attempts(delivery_id: int) -> Select[Any]:
    names = [each.name for each in fields(AttemptRow)]
    return (
        select(*(attempts.c[name] for name in names))
        .where(attempts.c.delivery_id == delivery_id)
        .order_by(attempts.c.id)
    )


def _row(row: RowMapping) -> DeliveryRow:
    return DeliveryRow(
        reference=row["reference"],
        form=row["form"],
        kind=row["kind"],
        state=row["state"],
        created_at=row["created_at"],
        opportunity_id=row["opportunity_id"],
        attempts=row["attempts"],
        next_attempt_at=row["due_at"] if row["state"] in WAITING else None,
        last_error=row["last_error"],
    )
