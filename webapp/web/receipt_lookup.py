"""Finds the enquiry that a receipt's address stands for, with the form that it was made by."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort

from webapp.enquiry import Enquiry
from webapp.web.localized_forms import LocalizedForm, LocalizedForms
from webapp.web.submission import EnquiryService
from webapp.web.tokens import Tokens


class ReceiptLookup:
    """The enquiries that were received, by the addresses of their receipts.

    Args:
        forms: the forms in every language.
        service: where enquiries are.
        tokens: signs receipts.
    """

    def __init__(self, forms: LocalizedForms, service: EnquiryService, tokens: Tokens) -> None:
        self._forms = forms
        self._service = service
        self._tokens = tokens

    def find(self, receipt: str) -> tuple[Enquiry, LocalizedForm]:
        """Return an enquiry as its visitor last left it, and its form in that visitor's language.

        Raises:
            NotFound: nobody was given this address, or its form is gone.
            StoreUnavailableError: the outbox does not answer.
        """
        reference = self._tokens.read_receipt(receipt)
        enquiry = self._service.find(reference) if reference else None
        if enquiry is None:
            abort(HTTPStatus.NOT_FOUND)
        return enquiry, self._forms.find(enquiry.form, enquiry.language)
