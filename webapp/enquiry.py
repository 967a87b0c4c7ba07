"""The domain: an enquiry, its reference, and the states that its delivery passes through."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

CROCKFORD_BASE32: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Douglas Crockford's base 32 alphabet: without I, L, O and U, a reference can be read aloud."""

REFERENCE_PREFIX: Final = "ENQ-"
REFERENCE_LENGTH: Final = 8

UTM_PARAMETERS: Final = (
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "utm_id",
    "utm_source_platform",
    "utm_creative_format",
    "utm_marketing_tactic",
)
"""The campaign parameters that Google Analytics 4 documents for tagged links."""

CLICK_IDS: Final = (
    "gclid",
    "gbraid",
    "wbraid",
    "dclid",
    "fbclid",
    "msclkid",
    "ttclid",
    "twclid",
    "li_fat_id",
)
"""The identifiers that advertising networks add to a link when it is clicked."""

ATTRIBUTION_PARAMETERS: Final = UTM_PARAMETERS + CLICK_IDS


class DeliveryState(StrEnum):
    """The state of a delivery. Nothing is ever dropped: it is on its way, done, or waiting for a person."""

    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    UNCLEAR = "unclear"
    FAILED = "failed"
    HELD = "held"


class DeliveryKind(StrEnum):
    """What a delivery does on the platform: add an opportunity, or change the one that was added."""

    ADD = "add"
    UPDATE = "update"


class OutcomeKind(StrEnum):
    """The result of an attempt; the values are stored, and ``leads show`` prints them."""

    DELIVERED = "delivered"
    SUPERSEDED = "superseded"
    """Nothing was sent: a later amendment has been delivered."""

    UNCHANGED = "unchanged"
    """Nothing was sent: the amendment changes nothing about the opportunity."""

    ABSENT = "absent"
    """The platform's list does not show whether an earlier request arrived."""

    NOT_ACCEPTED = "not accepted"
    UNCLEAR = "unclear"
    REFUSED = "refused"
    PAUSED = "paused"
    """The platform refuses the account, whatever is sent."""


NEXT_STATES: Final[Mapping[DeliveryState, frozenset[DeliveryState]]] = MappingProxyType(
    {
        DeliveryState.HELD: frozenset({DeliveryState.QUEUED}),
        DeliveryState.QUEUED: frozenset({DeliveryState.SENDING}),
        DeliveryState.SENDING: frozenset(
            {DeliveryState.DELIVERED, DeliveryState.QUEUED, DeliveryState.UNCLEAR, DeliveryState.FAILED}
        ),
        DeliveryState.UNCLEAR: frozenset(
            {DeliveryState.DELIVERED, DeliveryState.QUEUED, DeliveryState.FAILED}
        ),
        DeliveryState.FAILED: frozenset({DeliveryState.QUEUED, DeliveryState.UNCLEAR}),
        DeliveryState.DELIVERED: frozenset(),
    }
)
"""The state machine: which states may follow which.

A delivery that failed while it was unclear whether an earlier request had arrived becomes ``unclear`` when a
person retries it, so that it is looked for before it is sent again.
"""

ACTIVE_STATES: Final = frozenset({DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNCLEAR})
"""The states in which a delivery goes on by itself; in the others it is done or waits for a person."""


class ImpossibleTransitionError(Exception):
    """A state cannot follow the one before: there is a mistake in the code."""


def check_transition(before: DeliveryState, after: DeliveryState) -> None:
    """Check that a delivery may go from one state to another, or stay in it.

    Raises:
        ImpossibleTransitionError: the state machine has no such transition.
    """
    if after is not before and after not in NEXT_STATES[before]:
        raise ImpossibleTransitionError(f"A delivery that is {before} cannot become {after}")


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def new_reference() -> str:
    """Return a random reference such as ``ENQ-7F3K9QXD`` (40 bits; the outbox keeps it unique)."""
    return REFERENCE_PREFIX + "".join(secrets.choice(CROCKFORD_BASE32) for _ in range(REFERENCE_LENGTH))


def parse_reference(typed: str) -> str | None:
    """Return the reference that a person typed, or None when it cannot be one.

    As Crockford's base 32 asks, case does not count, O reads as 0, and I and L read as 1; the prefix and
    its hyphen may be left out.
    """
    if not typed.isascii():
        return None
    body = re.sub(r"^ENQ(?=.{8})", "", re.sub(r"[\s-]", "", typed).upper())
    body = body.translate(str.maketrans("OIL", "011"))
    if len(body) != REFERENCE_LENGTH or not set(body) <= set(CROCKFORD_BASE32):
        return None
    return REFERENCE_PREFIX + body


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number as the visitor typed it, and in E.164 (``+61412345678``)."""

    typed: str
    e164: str


AnswerValue = str | int | float | bool | tuple[str | int, ...]
"""An answer as the platform gets it: a date in ISO 8601, several choices as a tuple."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one of a form's own questions.

    ``label`` is the question and ``text`` the answer, as the visitor read or typed them. They stay the same
    when the form changes.
    """

    label: str
    value: AnswerValue
    text: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What the visitor answered; an empty string means no answer.

    ``questions`` are the answers to the form's own questions, by name and in the form's order. It has only
    those that were answered.
    """

    first_name: str
    last_name: str
    email: str
    phone: Phone | None = None
    company: str = ""
    message: str = ""
    questions: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Consent:
    """The exact words that the visitor agreed to, and when."""

    text: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Attribution:
    """The campaign that the visitor came from, as the link had it.

    ``parameters`` are UTM parameters and click ids under their own names. ``notes`` are sentences about what
    was cut or dropped.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    referrer: str = ""
    landing_address: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What a visitor sent, when, and with which form.

    ``changed_at`` is when the visitor last changed it; None for the first version. ``language`` is the BCP 47
    tag of the page's language; empty if it was not recorded.
    """

    reference: str
    form: str
    received_at: datetime
    answers: Answers
    consent: Consent | None = None
    attribution: Attribution = field(default_factory=Attribution)
    changed_at: datetime | None = None
    language: str = ""
