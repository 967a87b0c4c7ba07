"""Hands deliveries to workers, one holder at a time, and keeps what came of each attempt.

A worker holds a delivery by a lease: ``due_at`` is the lease's end and ``lease`` a token that only this
holder knows. Whoever writes an outcome must still hold the token, so a worker that slept past its lease
changes nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, exists, insert, select, update

from webapp.enquiry import DeliveryKind, DeliveryState, Enquiry
from webapp.outbox.content import read_enquiry, stored_enquiries
from webapp.outbox.database import Database
from webapp.outbox.tables import attempts, deliveries, enquiries


class Action(StrEnum):
    """What a worker is to do with a delivery: send it, or look whether an earlier send arrived."""

    SEND = "send"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this worker holds until its lease ends."""

    delivery_id: int
    attempt_id: int
    lease: str
    kind: DeliveryKind
    state: DeliveryState
    action: Action
    request_date: datetime
    queued_at: datetime
    attempts: int
    opportunity_id: int | None
    stored: RowMapping

    def enquiry(self) -> Enquiry:
        """Return the enquiry to forward.

        Raises:
            UnreadableContentError: what is stored cannot be understood.
        """
        return read_enquiry(self.stored)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt means: the delivery's next state, and what to keep of the attempt.

    ``due_at`` is when to try again, for a state that goes on. An attempt that is not ``charged`` does not
    count among the delivery's attempts. ``request`` is the JSON that was sent, when something was.
    """

    state: DeliveryState
    name: str
    due_at: datetime | None = None
    opportunity_id: int | None = None
    message: str | None = None
    http_status: int | None = None
    specific_code: int | None = None
    charged: bool = True
    request: dict[str, Any] | None = None


class DeliveryQueue:
    """The workers' side of the outbox.

    Args:
        database: where the deliveries are.
        lease: seconds that a claim holds.
    """

    def __init__(self, database: Database, lease: float) -> None:
        self._database = database
        self._lease = timedelta(seconds=lease)

    def has_due(self, now: datetime) -> bool:
        """Say whether a delivery is due, without taking the write lock.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        with self._database.reading() as connection:
            return bool(connection.execute(select(exists().where(deliveries.c.due_at <= now))).scalar())

    def claim(self, now: datetime, limit: int) -> list[Claim]:
        """Take up to ``limit`` due deliveries, the longest due first.

        One that is still ``sending`` was left by a worker that died: whether it arrived is unclear.

        Raises:
            StoreUnavailableError: the database does not take it; nothing was claimed.
        """
        query = (
            select(deliveries)
            .where(deliveries.c.due_at <= now)
            .order_by(deliveries.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with self._database.writing() as connection:
            rows = connection.execute(query).mappings().all()
            return [self._take(connection, row, now) for row in rows]

    def record(self, claim: Claim, outcome: Outcome, now: datetime) -> bool:
        """Write what came of a claim; return False when the lease was lost and nothing may be changed.

        Raises:
            StoreUnavailableError: the outcome is not written; the lease will run out.
        """
        with self._database.writing() as connection:
            connection.execute(
                update(attempts)
                .where(attempts.c.id == claim.attempt_id)
                .values(
                    finished_at=now,
                    outcome=outcome.name,
                    charged=outcome.charged and claim.action is Action.SEND,
                    http_status=outcome.http_status,
                    specific_code=outcome.specific_code,
                    message=outcome.message,
                    request=outcome.request,
                )
            )
            changed = connection.execute(
                update(deliveries)
                .where(
                    deliveries.c.id == claim.delivery_id,
                    deliveries.c.lease == claim.lease,
                    deliveries.c.state == claim.state,
                )
                .values(
                    state=outcome.state,
                    due_at=outcome.due_at,
                    lease=None,
                    attempts=claim.attempts if outcome.charged else claim.attempts - 1,
                    opportunity_id=outcome.opportunity_id or claim.opportunity_id,
                    last_error=outcome.message,
                )
            )
        return changed.rowcount == 1

    def _take(self, connection: Connection, row: RowMapping, now: datetime) -> Claim:
        sends = row["state"] == DeliveryState.QUEUED
        claim = Claim(
            delivery_id=row["id"],
            attempt_id=self._begin_attempt(connection, row["id"], now, Action.SEND if sends else Action.LOOK),
            lease=secrets.token_hex(16),
            kind=DeliveryKind(row["kind"]),
            state=DeliveryState.SENDING if sends else DeliveryState.UNCLEAR,
            action=Action.SEND if sends else Action.LOOK,
            request_date=now if sends else row["request_date"],
            queued_at=row["queued_at"],
            attempts=row["attempts"] + 1 if sends else row["attempts"],
            opportunity_id=row["opportunity_id"],
            stored=connection.execute(stored_enquiries().where(enquiries.c.id == row["enquiry_id"]))
            .mappings()
            .one(),
        )
        connection.execute(
            update(deliveries)
            .where(deliveries.c.id == row["id"])
            .values(
                state=claim.state,
                lease=claim.lease,
                due_at=now + self._lease,
                request_date=claim.request_date,
                attempts=claim.attempts,
            )
        )
        return claim

    @staticmethod
    def _begin_attempt(connection: Connection, delivery_id: int, now: datetime, action: Action) -> int:
        inserted = insert(attempts).values(delivery_id=delivery_id, action=action, started_at=now)
        return int(connection.execute(inserted.returning(attempts.c.id)).scalar_one())
