"""One attempt: send a claimed delivery, or look whether an earlier send arrived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from webapp.delivery.decision import (
    RetryPolicy,
    after_empty_look,
    after_failed_look,
    after_failed_send,
    delivered,
    failed,
)
from webapp.delivery.mapping import opportunity_of
from webapp.enquiry import Enquiry
from webapp.formfile.definition import FormDefinition
from webapp.formfile.reader import Forms
from webapp.outbox.content import UnreadableContentError
from webapp.outbox.queue import Action, Claim, Outcome
from webapp.platform.client import PlatformClient
from webapp.platform.errors import PlatformError, Unclear
from webapp.platform.opportunity import Opportunity

log = structlog.get_logger(__name__)


class Forwarder:
    """Turns a claim into its outcome; never raises, so that one bad row cannot stop its neighbours."""

    def __init__(
        self, client: PlatformClient, forms: Forms, policy: RetryPolicy, now: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._forms = forms
        self._policy = policy
        self._now = now

    def attempt(self, claim: Claim) -> Outcome:
        """Send or look, and return what it means."""
        try:
            enquiry = claim.enquiry()
        except UnreadableContentError as error:
            return failed(str(error))
        form = self._forms.get(enquiry.form)
        if form is None:
            return failed(f"The form {enquiry.form!r} is not in the forms file: add it again, then retry")
        if claim.action is Action.LOOK:
            return self._look(claim, enquiry, form)
        try:
            opportunity = opportunity_of(enquiry, form)
        except Exception as error:
            log.exception("opportunity_not_made", reference=enquiry.reference)
            return failed(f"No opportunity could be made of the enquiry ({type(error).__name__})")
        return self._send(claim, opportunity)

    def _send(self, claim: Claim, opportunity: Opportunity) -> Outcome:
        try:
            outcome = delivered(self._client.add_or_update_opportunity(opportunity, claim.request_date))
        except PlatformError as error:
            outcome = after_failed_send(claim, error, self._now(), self._policy)
        except Exception as error:
            log.exception("send_broke")
            unclear = Unclear(f"The send broke inside leadform ({type(error).__name__})")
            outcome = after_failed_send(claim, unclear, self._now(), self._policy)
        return replace(outcome, request=opportunity.as_json())

    def _look(self, claim: Claim, enquiry: Enquiry, form: FormDefinition) -> Outcome:
        begun = self._now()
        try:
            found = self._client.find_opportunity(form.opportunity.venue_id or 0, enquiry.reference)
        except PlatformError as error:
            return after_failed_look(claim, error, self._now(), self._policy)
        except Exception as error:
            log.exception("look_broke", reference=enquiry.reference)
            unclear = Unclear(f"The look broke inside leadform ({type(error).__name__})")
            return after_failed_look(claim, unclear, self._now(), self._policy)
        return after_empty_look(claim, begun, self._policy) if found is None else delivered(found)
