"""Sample enquiries, the queue that hands them out, and the outcomes of sending them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from webapp.enquiry import (
    Answer,
    Answers,
    Attribution,
    Consent,
    DeliveryState,
    Enquiry,
    OutcomeKind,
    Phone,
    new_reference,
)
from webapp.outbox.breaker import BreakerPolicy, PlatformHealth
from webapp.outbox.claim import Claim, Outcome
from webapp.outbox.database import Database
from webapp.outbox.queue import DeliveryQueue
from webapp.outbox.store import EnquiryStore, Submission

LEASE = 120.0


def an_enquiry(
    received_at: datetime,
    form: str = "weddings",
    questions: Mapping[str, Answer] | None = None,
    **answers: str,
) -> Enquiry:
    """Return an enquiry with every part filled in."""
    return Enquiry(
        new_reference(),
        form,
        received_at,
        Answers(
            first_name=answers.get("first_name", "Ada"),
            last_name=answers.get("last_name", "Lovelace"),
            email=answers.get("email", "ada@example.com"),
            phone=Phone("0412 345 678", "+61412345678"),
            company=answers.get("company", "Analytical Engines"),
            message=answers.get("message", "A wedding\nfor eighty."),
            questions=questions or {},
        ),
        Consent("Harbour Hall may contact me about this enquiry.", received_at),
        Attribution(
            {"utm_source": "google", "utm_campaign": "spring sale", "utm_id": "42", "gclid": "abc"},
            referrer="https://www.example.com/",
            landing_address="https://forms.example.com/f/weddings?utm_source=google",
            notes=("utm_term was cut: 300 characters, and 255 is the most",),
        ),
    )


def accept(database: Database, received_at: datetime, form: str = "weddings") -> str:
    """Store an enquiry, as a form would, and return its reference."""
    enquiry = an_enquiry(received_at, form)
    return EnquiryStore(database).accept(enquiry, Submission(enquiry.reference, "digest")).reference


def queue_of(database: Database) -> DeliveryQueue:
    """Return the queue of a worker with the default settings."""
    return DeliveryQueue(database, LEASE, BreakerPolicy(base=5, lease=LEASE))


def enquiry_of(claim: Claim) -> Enquiry:
    """Return the enquiry of a claim, which must be readable."""
    assert isinstance(claim.enquiry, Enquiry), claim.enquiry
    return claim.enquiry


def versions_of(claim: Claim) -> list[Enquiry]:
    """Return the versions that were delivered before the amendment of a claim."""
    assert claim.amendment_base is not None
    assert isinstance(claim.amendment_base.versions, tuple), claim.amendment_base.versions
    return list(claim.amendment_base.versions)


def delivered(opportunity_id: int = 755) -> Outcome:
    """Return the outcome of a send that the platform confirmed."""
    return Outcome(
        DeliveryState.DELIVERED,
        OutcomeKind.DELIVERED,
        PlatformHealth.WORKING,
        opportunity_id=opportunity_id,
    )


def refused(message: str, *, in_doubt: bool = False) -> Outcome:
    """Return the outcome of a delivery that waits for a person."""
    return Outcome(
        DeliveryState.FAILED,
        OutcomeKind.REFUSED,
        PlatformHealth.WORKING,
        message=message,
        in_doubt=in_doubt,
    )


def busy(again_in: float = 0) -> Outcome:
    """Return the outcome of a send that the platform was too busy to accept."""
    return Outcome(
        DeliveryState.QUEUED,
        OutcomeKind.NOT_ACCEPTED,
        PlatformHealth.UNKNOWN,
        retry_in=again_in,
        message="Busy",
        http_status=429,
    )


def revoked() -> Outcome:
    """Return the outcome of a send that the platform refused because of a wrong key."""
    return Outcome(
        DeliveryState.QUEUED,
        OutcomeKind.PAUSED,
        PlatformHealth.REJECTING_ACCOUNT,
        retry_in=0,
        message="Revoked",
        counts_as_attempt=False,
    )
