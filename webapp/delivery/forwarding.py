"""One attempt: send a claimed delivery, or find out whether an earlier send arrived."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog

from webapp.delivery.current_forms import CurrentForms, UnmappableEnquiryError
from webapp.delivery.outcomes import (
    after_empty_lookup,
    after_failed_lookup,
    after_failed_send,
    delivered,
    found,
    superseded,
    unchanged,
    unmappable,
    unreconcilable,
    wrong_opportunity,
)
from webapp.delivery.retry_policy import RetryPolicy
from webapp.enquiry import DeliveryKind
from webapp.outbox.claim import Action, Claim, Outcome
from webapp.outbox.database import UnstorableError
from webapp.outbox.queue import DeliveryQueue
from webapp.outbox.serialization import Unreadable
from webapp.platform.client import PlatformClient
from webapp.platform.errors import PlatformError, Unclear
from webapp.platform.lookup import LookupTarget
from webapp.platform.opportunity import Opportunity
from webapp.platform.response import whole_number

log = structlog.get_logger(__name__)


class Forwarder:
    """Turns a claim into its outcome, whatever the enquiry holds, so that it cannot stop its neighbours."""

    def __init__(
        self,
        queue: DeliveryQueue,
        client: PlatformClient,
        forms: CurrentForms,
        policy: RetryPolicy,
    ) -> None:
        self._queue = queue
        self._client = client
        self._forms = forms
        self._policy = policy

    def attempt(self, claim: Claim) -> Outcome:
        """Send or reconcile, and return what it means.

        Raises:
            LeaseLostError: nothing was sent, and nothing is to be stored.
            StoreUnavailableError: nothing was sent, since the request could not be stored first.
        """
        if claim.amendment_base is not None and claim.amendment_base.is_superseded:
            return superseded(claim.amendment_base.opportunity_id)
        if claim.action is Action.RECONCILE and claim.request_date is not None:
            return self._reconcile(claim, claim.request_date)
        try:
            opportunity = self._opportunity(claim)
        except UnmappableEnquiryError as error:
            return unmappable(str(error))
        if opportunity is None:
            return unchanged(claim)
        try:
            request_date = self._queue.begin_sending(claim, opportunity.as_json())
        except UnstorableError as error:
            return unmappable(f"Not sent: the request cannot be stored ({error})")
        return self._send(claim, opportunity, request_date)

    def _opportunity(self, claim: Claim) -> Opportunity | None:
        """Return what to send, or None when an amendment changes nothing."""
        if isinstance(claim.enquiry, Unreadable):
            raise UnmappableEnquiryError(claim.enquiry.reason)
        try:
            if claim.kind is DeliveryKind.ADD:
                return self._forms.build_opportunity(claim.enquiry)
            return self._forms.build_update(claim.enquiry, claim.amendment_base)
        except UnmappableEnquiryError:
            raise
        except Exception as error:
            log.exception("opportunity_not_made", reference=claim.reference)
            raise UnmappableEnquiryError(
                f"No opportunity could be made of the enquiry ({type(error).__name__})"
            ) from error

    def _send(self, claim: Claim, opportunity: Opportunity, request_date: datetime) -> Outcome:
        try:
            opportunity_id = self._client.add_or_update_opportunity(opportunity, request_date)
        except PlatformError as error:
            return after_failed_send(claim, error, self._policy)
        except Exception as error:
            log.exception("send_broke", reference=claim.reference)
            unclear = Unclear(f"The send broke inside leadform ({type(error).__name__})")
            return after_failed_send(claim, unclear, self._policy)
        if opportunity.id not in {None, opportunity_id}:
            return wrong_opportunity(opportunity_id, claim)
        return delivered(opportunity_id)

    def _reconcile(self, claim: Claim, request_date: datetime) -> Outcome:
        try:
            target = self._lookup_target(claim)
        except UnmappableEnquiryError as error:
            return unreconcilable(str(error))
        try:
            result = self._client.find_opportunity(target, claim.claimed_at)
        except PlatformError as error:
            return after_failed_lookup(claim, request_date, error, self._policy)
        except Exception as error:
            log.exception("look_broke", reference=claim.reference)
            unclear = Unclear(f"The lookup broke inside leadform ({type(error).__name__})")
            return after_failed_lookup(claim, request_date, unclear, self._policy)
        if result.opportunity_id is not None and claim.kind is DeliveryKind.ADD:
            return found(result.opportunity_id)
        return after_empty_lookup(claim, request_date, result.platform_time, self._policy)

    def _lookup_target(self, claim: Claim) -> LookupTarget:
        """Return what the request in doubt named, or would name today where it was not stored.

        Raises:
            UnmappableEnquiryError: the venue is not known. The list of another venue would show no such
                opportunity, so it would be sent again.
        """
        if isinstance(claim.sent, Unreadable):
            raise UnmappableEnquiryError(f"{claim.sent.reason}: look for the reference on the platform")
        request: dict[str, Any] = {}
        if claim.sent is not None:
            request = claim.sent
        elif (opportunity := self._opportunity(claim)) is not None:
            # Only the venue: the name may have been made differently then.
            request = {"venueId": opportunity.venue_id}
        venue_id = whole_number(request.get("venueId"))
        if venue_id is None:
            raise UnmappableEnquiryError(
                "The venue that was sent is not known: look for the reference on the platform"
            )
        return LookupTarget(venue_id, claim.reference, request.get("name"))
