"""One attempt: send a claimed delivery, or look whether an earlier send arrived."""

from __future__ import annotations

from datetime import datetime

import structlog

from webapp.delivery.current_forms import CurrentForms, UnmappableEnquiryError
from webapp.delivery.outcomes import (
    RetryPolicy,
    after_empty_look,
    after_failed_look,
    after_failed_send,
    delivered,
    found,
    superseded,
    unchanged,
    unmappable,
    wrong_opportunity,
)
from webapp.enquiry import DeliveryKind
from webapp.outbox.claim import Action, Claim, Outcome
from webapp.outbox.database import UnstorableError
from webapp.outbox.queue import DeliveryQueue
from webapp.outbox.serialization import UnreadableContentError
from webapp.platform.client import PlatformClient
from webapp.platform.errors import PlatformError, Unclear
from webapp.platform.lookup import Wanted
from webapp.platform.opportunity import Opportunity

log = structlog.get_logger(__name__)


class Forwarder:
    """Turns a claim into its outcome; a bad enquiry becomes one too, so that it cannot stop its neighbours.

    ``mapping`` makes opportunities by the forms as they are at that moment.
    """

    def __init__(
        self,
        queue: DeliveryQueue,
        client: PlatformClient,
        mapping: CurrentForms,
        policy: RetryPolicy,
    ) -> None:
        self._queue = queue
        self._client = client
        self._mapping = mapping
        self._policy = policy

    def attempt(self, claim: Claim) -> Outcome:
        """Send or look, and return what it means.

        Raises:
            LeaseLostError: nothing was sent, and nothing is to be written.
            StoreUnavailableError: nothing was sent, since it could not be written down before.
        """
        if claim.amended is not None and claim.amended.is_superseded:
            return superseded(claim.amended.opportunity_id)
        if claim.action is Action.LOOK and claim.request_date is not None:
            return self._look(claim, claim.request_date)
        try:
            opportunity = self._opportunity(claim)
        except UnmappableEnquiryError as error:
            return unmappable(str(error))
        if opportunity is None:
            return unchanged(claim)
        try:
            request_date = self._queue.begin_sending(claim, opportunity.as_json())
        except UnstorableError as error:
            return unmappable(f"Not sent: the request cannot be written down ({error})")
        return self._send(claim, opportunity, request_date)

    def _opportunity(self, claim: Claim) -> Opportunity | None:
        """Return what to send, or None when an amendment changes nothing."""
        try:
            enquiry = claim.enquiry()
            if claim.kind is DeliveryKind.ADD:
                return self._mapping.build_opportunity(enquiry)
            return self._mapping.build_update(enquiry, claim.amended)
        except UnreadableContentError as error:
            raise UnmappableEnquiryError(str(error)) from error
        except UnmappableEnquiryError:
            raise
        except Exception as error:
            log.exception("opportunity_not_made", reference=claim.reference)
            raise UnmappableEnquiryError(
                f"No opportunity could be made of the enquiry ({type(error).__name__})"
            ) from error

    def _send(self, claim: Claim, opportunity: Opportunity, request_date: datetime) -> Outcome:
        try:
            made = self._client.add_or_update_opportunity(opportunity, request_date)
        except PlatformError as error:
            return after_failed_send(claim, error, self._policy)
        except Exception as error:
            log.exception("send_broke", reference=claim.reference)
            unclear = Unclear(f"The send broke inside leadform ({type(error).__name__})")
            return after_failed_send(claim, unclear, self._policy)
        return delivered(made) if opportunity.id in {None, made} else wrong_opportunity(made, claim)

    def _look(self, claim: Claim, request_date: datetime) -> Outcome:
        try:
            look = self._client.find_opportunity(self._wanted(claim), claim.claimed_at)
        except PlatformError as error:
            return after_failed_look(claim, request_date, error, self._policy)
        except Exception as error:
            log.exception("look_broke", reference=claim.reference)
            unclear = Unclear(f"The look broke inside leadform ({type(error).__name__})")
            return after_failed_look(claim, request_date, unclear, self._policy)
        if look.opportunity_id is not None and claim.kind is DeliveryKind.ADD:
            return found(look.opportunity_id)
        return after_empty_look(claim, request_date, look.platform_time, self._policy)

    def _wanted(self, claim: Claim) -> Wanted:
        """Return what the request said, which the forms file may make otherwise by now."""
        if claim.sent is not None:
            return Wanted(int(claim.sent["venueId"]), claim.reference, claim.sent.get("name"))
        opportunity = self._opportunity(claim)
        return Wanted(int(opportunity.venue_id or 0) if opportunity else 0, claim.reference)
