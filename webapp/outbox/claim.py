"""What passes between the queue and a worker: a claim one way, an outcome the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from webapp.enquiry import DeliveryKind, DeliveryState, Enquiry, OutcomeKind
from webapp.outbox.amendments import AmendmentBase
from webapp.outbox.breaker import PlatformHealth
from webapp.outbox.serialization import Unreadable

MAX_PAUSE_SECONDS: Final = 24 * 3600.0
"""The longest wait for a next attempt whose own time could not be stored."""


class Action(StrEnum):
    """What a worker is to do with a delivery: send it, or find out whether an earlier send arrived.

    The values are stored, and shown by ``leads show``.
    """

    SEND = "send"
    RECONCILE = "look"


class LeaseLostError(Exception):
    """Another worker has taken the delivery, so this one may neither send it nor change it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this worker holds until its lease ends.

    ``enquiry`` is the version to forward, or why it cannot be read. To reconcile, ``request_date`` is the
    date of the request in doubt, and ``sent`` its JSON, or None when that was not stored.
    ``amendment_base`` is what an update changes, or None when there is no opportunity to change.
    """

    delivery_id: int
    attempt_id: int
    lease_token: str
    reference: str
    enquiry: Enquiry | Unreadable
    kind: DeliveryKind
    action: Action
    claimed_at: datetime
    request_date: datetime | None
    first_tried_at: datetime
    attempts: int
    opportunity_id: int | None
    sent: dict[str, Any] | Unreadable | None
    is_probe: bool
    amendment_base: AmendmentBase | None = None

    @property
    def state(self) -> DeliveryState:
        """The state that the delivery has while this claim holds it."""
        return DeliveryState.SENDING if self.action is Action.SEND else DeliveryState.UNCLEAR


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt means: the delivery's next state, and what to store about the attempt.

    ``retry_in`` is the number of seconds until the next attempt, or None when none is due. ``in_doubt`` says
    that a request may have arrived, or may still arrive. ``counts_as_attempt`` says whether it adds to the
    delivery's attempts. ``health`` is what it shows about the platform.
    """

    state: DeliveryState
    kind: OutcomeKind
    health: PlatformHealth
    retry_in: float | None = None
    in_doubt: bool = False
    opportunity_id: int | None = None
    message: str | None = None
    http_status: int | None = None
    specific_code: int | None = None
    counts_as_attempt: bool = True


def without_details(outcome: Outcome) -> Outcome:
    """Return an outcome without the details of the answer, for a database that cannot store them.

    The delivery goes on as it would have, so that the wording of an answer never causes a second send.
    """
    return replace(
        outcome,
        message="What came of it could not be stored as it was answered",
        http_status=None,
        specific_code=None,
        retry_in=None if outcome.retry_in is None else min(MAX_PAUSE_SECONDS, max(0.0, outcome.retry_in)),
    )
