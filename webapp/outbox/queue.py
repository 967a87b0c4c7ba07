"""Hands deliveries to workers, one holder at a time, and stores what came of each attempt.

A worker holds a delivery by a lease: the column ``due_at`` is the lease's end, and ``lease`` a token that
only this holder knows. Only whoever still holds the token may begin a send or store an outcome, so a worker
that slept past its lease changes nothing.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import Connection, RowMapping, case, exists, func, insert, select, update
from sqlalchemy.exc import StatementError

from webapp.enquiry import ACTIVE_STATES, DeliveryKind, DeliveryState, check_transition
from webapp.outbox.amendments import get_version, last_request, load_amendment_base, release_next
from webapp.outbox.breaker import AttemptResult, BreakerPolicy, Permit, read_breaker, write_breaker
from webapp.outbox.claim import Action, Claim, LeaseLostError, Outcome, without_details
from webapp.outbox.database import Database, UnstorableError
from webapp.outbox.serialization import try_parse_enquiry
from webapp.outbox.tables import attempts, deliveries

IS_IN_DOUBT: Final = deliveries.c.request_date.is_not(None)
IS_FIRST_CLAIM: Final = deliveries.c.state == DeliveryState.QUEUED

log = structlog.get_logger(__name__)


class DeliveryQueue:
    """The workers' side of the outbox; the database's clock says what is due.

    Args:
        database: where the deliveries are.
        lease: seconds that a claim holds.
        breaker: when to stop sending, and how to begin again.
    """

    def __init__(self, database: Database, lease: float, breaker: BreakerPolicy) -> None:
        self._database = database
        self._lease = timedelta(seconds=lease)
        self._breaker = breaker
        self._newest_first = False

    def has_due(self) -> bool:
        """Say whether a delivery is due that the breaker permits, without taking the write lock.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        with self._database.reading() as connection:
            now = self._database.now(connection)
            if not self._breaker.permit(read_breaker(connection), 1, now).limit:
                return False
            return bool(connection.execute(select(exists().where(deliveries.c.due_at <= now))).scalar())

    def claim(self, limit: int) -> list[Claim]:
        """Take up to ``limit`` due deliveries, the longest due and the latest in turn, so that none starves.

        A delivery whose request may have arrived is to be reconciled. One that a worker abandoned before its
        request was dated was never sent, and is to be sent.

        Raises:
            StoreUnavailableError: nothing was claimed.
        """
        with self._database.writing() as connection:
            now = self._database.now(connection)
            breaker = read_breaker(connection)
            if not breaker.is_closed:
                breaker = read_breaker(connection, lock=True)
            permit = self._breaker.permit(breaker, limit, now)
            if not permit.limit:
                return []
            claims = self._take_due(connection, permit, now)
            changed = self._breaker.after_claim(breaker, permit, len(claims), now)
            if changed != breaker:
                write_breaker(connection, changed)
            return claims

    def begin_sending(self, claim: Claim, request: dict[str, Any]) -> datetime:
        """Store what is about to be sent, and return the date to sign it with.

        Raises:
            LeaseLostError: another worker has taken the delivery, so it must not be sent.
            StoreUnavailableError: nothing was stored, so it must not be sent.
        """
        with self._database.writing() as connection:
            now = self._database.now(connection)
            _change_held(connection, claim, {"request_date": now})
            connection.execute(
                update(attempts).where(attempts.c.id == claim.attempt_id).values(request=request)
            )
        return now

    def record(self, claim: Claim, outcome: Outcome) -> None:
        """Store what came of a claim, without those details of it that no column can hold.

        Raises:
            LeaseLostError: another worker has taken the delivery, and nothing was changed.
            StoreUnavailableError: nothing was stored; the lease will run out.
        """
        check_transition(claim.state, outcome.state)
        try:
            self._write(claim, outcome)
        except (UnstorableError, StatementError, ArithmeticError, TypeError, ValueError) as error:
            log.warning("outcome_written_plainly", reference=claim.reference, reason=type(error).__name__)
            self._write(claim, without_details(outcome))

    def _write(self, claim: Claim, outcome: Outcome) -> None:
        with self._database.writing() as connection:
            now = self._database.now(connection)
            _change_held(connection, claim, _changes(claim, outcome, now))
            _finish_attempt(connection, claim, outcome, now)
            if outcome.state not in ACTIVE_STATES:
                release_next(connection, claim.delivery_id, now)
            self._inform_breaker(connection, claim, outcome, now)

    def _take_due(self, connection: Connection, permit: Permit, now: datetime) -> list[Claim]:
        order = deliveries.c.due_at.desc() if self._newest_first else deliveries.c.due_at.asc()
        self._newest_first = not self._newest_first
        due = (
            select(deliveries.c.id)
            .where(deliveries.c.due_at <= now)
            .order_by(order)
            .limit(permit.limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        rows = connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(select(due.c.id)), deliveries.c.state.in_(ACTIVE_STATES))
            .values(
                state=case((IS_IN_DOUBT, DeliveryState.UNCLEAR), else_=DeliveryState.SENDING),
                lease=secrets.token_hex(16),
                due_at=now + self._lease,
                attempts=deliveries.c.attempts + case((IS_FIRST_CLAIM, 1), else_=0),
                tried_since=func.coalesce(deliveries.c.tried_since, now),
            )
            .returning(deliveries)
        )
        return [self._make_claim(connection, row, permit, now) for row in rows.mappings().all()]

    def _make_claim(self, connection: Connection, row: RowMapping, permit: Permit, now: datetime) -> Claim:
        action = Action.RECONCILE if row["request_date"] is not None else Action.SEND
        begun = insert(attempts).values(delivery_id=row["id"], action=action, started_at=now)
        is_update = row["kind"] == DeliveryKind.UPDATE
        version = get_version(connection, row)
        return Claim(
            delivery_id=row["id"],
            attempt_id=connection.execute(begun.returning(attempts.c.id)).scalar_one(),
            lease_token=row["lease"],
            reference=version["reference"],
            enquiry=try_parse_enquiry(version),
            kind=DeliveryKind(row["kind"]),
            action=action,
            claimed_at=now,
            request_date=row["request_date"],
            first_tried_at=row["tried_since"],
            attempts=row["attempts"],
            opportunity_id=row["opportunity_id"],
            sent=last_request(connection, row["id"]) if action is Action.RECONCILE else None,
            is_probe=permit.is_probe,
            amendment_base=load_amendment_base(connection, row) if is_update else None,
        )

    def _inform_breaker(self, connection: Connection, claim: Claim, outcome: Outcome, now: datetime) -> None:
        attempt = AttemptResult(outcome.health, outcome.message, claim.claimed_at, claim.is_probe)
        breaker = read_breaker(connection)
        if self._breaker.after_attempt(breaker, attempt, now) == breaker:
            return
        breaker = read_breaker(connection, lock=True)
        changed = self._breaker.after_attempt(breaker, attempt, now)
        write_breaker(connection, changed)
        if changed.opened_at is not None and breaker.opened_at is None:
            log.error("sending_paused", reason=changed.reason)
        if changed.opened_at is None and breaker.opened_at is not None:
            log.warning("sending_resumed", paused_since=breaker.opened_at.isoformat())


def _change_held(connection: Connection, claim: Claim, changes: dict[str, Any]) -> None:
    held = update(deliveries).where(
        deliveries.c.id == claim.delivery_id,
        deliveries.c.lease == claim.lease_token,
        deliveries.c.state == claim.state,
    )
    if connection.execute(held.values(changes)).rowcount != 1:
        raise LeaseLostError(claim.reference)


def _changes(claim: Claim, outcome: Outcome, now: datetime) -> dict[str, Any]:
    is_uncounted_send = claim.action is Action.SEND and not outcome.counts_as_attempt
    counted = claim.attempts - 1 if is_uncounted_send else claim.attempts
    settled = {} if outcome.in_doubt else {"request_date": None}
    return {
        "state": outcome.state,
        "due_at": None if outcome.retry_in is None else now + timedelta(seconds=outcome.retry_in),
        "lease": None,
        "attempts": counted,
        "tried_since": claim.first_tried_at if counted else None,
        "opportunity_id": outcome.opportunity_id or claim.opportunity_id,
        "last_error": outcome.message,
        **settled,
    }


def _finish_attempt(connection: Connection, claim: Claim, outcome: Outcome, now: datetime) -> None:
    connection.execute(
        update(attempts)
        .where(attempts.c.id == claim.attempt_id)
        .values(
            finished_at=now,
            outcome=outcome.kind,
            charged=outcome.counts_as_attempt and claim.action is Action.SEND,
            http_status=outcome.http_status,
            specific_code=outcome.specific_code,
            message=outcome.message,
        )
    )
