"""What passes between the queue and a worker: a claim one way, an outcome the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping

from webapp.enquiry import DeliveryKind, DeliveryState, Enquiry
from webapp.outbox.breaker import Finding
from webapp.outbox.content import read_enquiry
from webapp.outbox.versions import Amended


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
    tried_since: datetime
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

    ``again_in`` is the number of seconds until the next attempt, for a state that goes on. ``in_doubt`` says
    that a request may have arrived without our knowing. An attempt that is not ``charged`` does not count
    among the delivery's attempts. ``finding`` is what it tells of the platform.
    """

    state: DeliveryState
    name: str
    finding: Finding
    again_in: float | None = None
    in_doubt: bool = False
    opportunity_id: int | None = None
    message: str | None = None
    http_status: int | None = None
    specific_code: int | None = None
    charged: bool = True
