"""Finds the enquiry that a receipt's address stands for, with the form that it was made by."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import structlog
from flask import abort, request

from webapp.enquiry import Enquiry
from webapp.forms.definition import FormDefinition
from webapp.intake.pages import problem_page
from webapp.intake.service import EnquiryService
from webapp.intake.tokens import Tokens
from webapp.outbox.database import StoreUnavailableError

log = structlog.get_logger(__name__)


class ReceivedEnquiries:
    """The enquiries that were received, by the addresses of their receipts.

    Args:
        forms: the forms by slug.
        service: where enquiries are.
        tokens: signs receipts.
    """

    def __init__(self, forms: Mapping[str, FormDefinition], service: EnquiryService, tokens: Tokens) -> None:
        self._forms = forms
        self._service = service
        self._tokens = tokens

    def find(self, receipt: str) -> tuple[Enquiry, FormDefinition]:
        """Return an enquiry as its visitor last left it, and its form.

        Raises:
            NotFound: nobody was given this address, or its form is gone.
            StoreUnavailableError: the outbox does not answer.
        """
        reference = self._tokens.read_receipt(receipt)
        enquiry = self._service.find(reference) if reference else None
        definition = self._forms.get(enquiry.form) if enquiry else None
        if enquiry is None or definition is None:
            abort(HTTPStatus.NOT_FOUND)
        return enquiry, definition


def not_readable(error: StoreUnavailableError) -> tuple[str, int]:
    """Say that the enquiry cannot be read just now."""
    log.error("receipt_not_read", reason=str(error))
    return problem_page(HTTPStatus.SERVICE_UNAVAILABLE, (request.path, "Load this page again"))
