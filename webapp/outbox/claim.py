"""What passes between the queue and a worker: a claim one way, an outcome the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import RowMapping

from webapp.enquiry import DeliveryKind, DeliveryState, Enquiry
from webapp.outbox.amendments import Amended
from webapp.outbox.breaker import PlatformHealth
from webapp.outbox.serialization import read_enquiry

MAX_PAUSE: Final = 24 * 3600.0
"""Seconds after which a delivery goes on whose next attempt could not be written down."""


class Action(StrEnum):
    """What a worker is to do with a delivery: send it, or look whether an earlier send arrived."""

    SEND = "send"
    LOOK = "look"


class LeaseLostError(Exception):
    """Another worker has taken the delivery: whoever held it before may neither send it nor change it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this worker holds until its lease ends.

    ``request_date`` is the date of the request to look for, and ``sent`` what that request said, where it is
    known; neither is there for a delivery to send. ``amended`` is what an update changes.
    """

    delivery_id: int
    attempt_id: int
    lease: str
    kind: DeliveryKind
    action: Action
    claimed_at: datetime
    request_date: datetime | None
    first_tried_at: datetime
    attempts: int
    opportunity_id: int | None
    sent: dict[str, Any] | None
    is_probe: bool
    stored: RowMapping
    amended: Amended | None = None

    @property
    def state(self) -> DeliveryState:
        """The state that the delivery has while this claim holds it."""
        return DeliveryState.SENDING if self.action is Action.SEND else DeliveryState.UNCLEAR

    @property
    def reference(self) -> str:
        """The enquiry's reference, also when the rest of it cannot be read."""
        return str(self.stored["reference"])

    def enquiry(self) -> Enquiry:
        """Return the enquiry to forward.

        Raises:
            UnreadableContentError: what is stored cannot be understood.
        """
        return read_enquiry(self.stored)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt means: the delivery's next state, and what to keep of the attempt.

    ``retry_in`` is the number of seconds until the next attempt, for a state that goes on. ``in_doubt`` says
    that a request may have arrived without our knowing. ``counts_as_attempt`` says whether it is one of the
    delivery's attempts. ``finding`` is what it tells of the platform.
    """

    state: DeliveryState
    name: str
    finding: PlatformHealth
    retry_in: float | None = None
    in_doubt: bool = False
    opportunity_id: int | None = None
    message: str | None = None
    http_status: int | None = None
    specific_code: int | None = None
    counts_as_attempt: bool = True


def plain(outcome: Outcome) -> Outcome:
    """Return an outcome without what was told beside it, for a database that does not take that.

    The delivery goes on as it would have, so that nothing is sent again for the words of an answer.
    """
    return replace(
        outcome,
        message="What came of it could not be written down as it was told",
        http_status=None,
        specific_code=None,
        retry_in=None if outcome.retry_in is None else min(MAX_PAUSE, max(0.0, outcome.retry_in)),
    )
