"""Lets people queue deliveries again: those that failed, that wait for a next attempt, or that were held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, RowMapping, select, update

from webapp.enquiry import DeliveryKind, DeliveryState, check_transition
from webapp.outbox.amendments import lock_enquiry, must_wait
from webapp.outbox.database import Database
from webapp.outbox.notify import notify
from webapp.outbox.tables import deliveries, enquiries

RETRYABLE_STATES: Final = frozenset({DeliveryState.FAILED, DeliveryState.QUEUED, DeliveryState.UNCLEAR})

NextState = Callable[[RowMapping], DeliveryState | None]


@dataclass(frozen=True, slots=True)
class Requeued:
    """What became of one delivery that a person wanted queued again.

    ``before`` is the state that it was in, and ``after`` its new one, or None when it was left alone: a
    worker holds it, or there was nothing to do. One that ``waits`` goes as soon as the delivery before it is
    done.
    """

    reference: str
    before: DeliveryState
    after: DeliveryState | None
    opportunity_id: int | None
    kind: DeliveryKind = DeliveryKind.ADD
    waits: bool = False


class Requeuer:
    """Changes what workers will do next; safe while they run.

    Every method raises StoreUnavailableError when the database is down; nothing was changed then.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def retry(self, reference: str) -> list[Requeued]:
        """Queue those deliveries of an enquiry again that failed or wait; empty without such an enquiry."""
        return self._requeue(enquiries.c.reference == reference, _after_retry)

    def retry_failed(self) -> list[Requeued]:
        """Queue every failed delivery again."""
        return self._requeue(deliveries.c.state == DeliveryState.FAILED, _after_retry)

    def release(self, reference: str) -> list[Requeued]:
        """Queue those deliveries of an enquiry that were held; empty without such an enquiry."""
        return self._requeue(enquiries.c.reference == reference, _after_release)

    def _requeue(self, wanted: ColumnElement[bool], next_state: NextState) -> list[Requeued]:
        query = (
            select(deliveries, enquiries.c.reference)
            .join_from(deliveries, enquiries)
            .where(wanted)
            .order_by(deliveries.c.id)
            .with_for_update(of=deliveries)
        )
        with self._database.writing() as connection:
            now = self._database.now(connection)
            requeued = []
            for row in connection.execute(query).mappings().all():
                before, after, waits = DeliveryState(row["state"]), next_state(row), False
                kind = DeliveryKind(row["kind"])
                if after is not None:
                    check_transition(before, after)
                    waits = kind is DeliveryKind.UPDATE and _must_wait(connection, row)
                    _reset(connection, row["id"], after, None if waits else now)
                requeued.append(Requeued(row["reference"], before, after, row["opportunity_id"], kind, waits))
            notify(connection)
        return requeued


def _must_wait(connection: Connection, row: RowMapping) -> bool:
    if _has_turn(row):
        return False
    lock_enquiry(connection, enquiries.c.id == row["enquiry_id"])
    return must_wait(connection, row["enquiry_id"], row["id"])


def _has_turn(row: RowMapping) -> bool:
    """Say whether a delivery is due already: if it gave its turn up, two might wait for each other."""
    return row["due_at"] is not None


def _after_retry(row: RowMapping) -> DeliveryState | None:
    if row["state"] not in RETRYABLE_STATES or row["lease"] is not None:
        return None
    return DeliveryState.UNCLEAR if row["request_date"] is not None else DeliveryState.QUEUED


def _after_release(row: RowMapping) -> DeliveryState | None:
    return DeliveryState.QUEUED if row["state"] == DeliveryState.HELD else None


def _reset(connection: Connection, delivery_id: int, state: DeliveryState, due_at: datetime | None) -> None:
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(state=state, due_at=due_at, attempts=0, tried_since=None)
    )
