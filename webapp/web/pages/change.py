"""The page on which a visitor changes an enquiry, at the receipt's address, while the form allows it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

import structlog
from flask import Blueprint, Response, url_for
from werkzeug.wrappers import Response as AnyResponse

from webapp.enquiry import Enquiry
from webapp.forms.definition import FormDefinition
from webapp.forms.opportunity_diff import is_fixed
from webapp.forms.question import Question
from webapp.languages.language import N_
from webapp.outbox.database import StoreUnavailableError
from webapp.web.form.enquiry_form import EnquiryForm
from webapp.web.localized_forms import LocalizedForm, LocalizedForms
from webapp.web.pages.errors import ErrorPages, error_page
from webapp.web.pages.form_page import FormPage, Rejection
from webapp.web.pages.receipt import ReceiptLookup
from webapp.web.pages.submit import FormView
from webapp.web.request_body import SentFields, read_sent_form
from webapp.web.submission import EnquiryService
from webapp.web.tokens import FormToken, Tokens

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView(FormView):
    """The page, for one request. ``receipt`` is the last part of the receipt's address."""

    receipt: str
    enquiry: Enquiry

    expired = N_(
        "Your changes have not been sent yet: this page had been open for too long. "
        "Check what you typed and send it again."
    )
    not_stored = N_(
        "Your changes have not been sent yet: we could not store them just now. "
        "What you typed is kept below. Send it again in a moment."
    )
    not_stored_event = "amendment_not_stored"

    def store(self, form: EnquiryForm, token: FormToken, sent: SentFields) -> str | None:
        """Store the change and return the address of the receipt."""
        del sent
        answers, key = form.answers(), token.submission_key
        if not self.service.has_amended(self.enquiry, answers, key):
            if token.is_expired or not self._is_in_time():
                return None
            self.service.amend(self.localized, self.enquiry, answers, key)
        return self.public_url + _receipt_address(self.receipt, self.localized)

    def show(
        self,
        form: EnquiryForm,
        token: str,
        sent: SentFields | None = None,
        rejection: Rejection | None = None,
    ) -> Response:
        """Return the page, or the one that says that it is too late.

        While the outbox is down nobody knows whether the same was stored in time.
        """
        del sent
        is_unknown = rejection is not None and rejection.status == HTTPStatus.SERVICE_UNAVAILABLE
        if not is_unknown and not self._is_in_time():
            link = self.localized.language.gettext("See what you sent")
            address = _receipt_address(self.receipt, self.localized)
            return error_page(HTTPStatus.GONE, self.localized, (address, link))
        return _make_page(self.receipt, self.localized, token).show(form, self.public_url, rejection)

    def _is_in_time(self) -> bool:
        return self.service.may_amend(self.enquiry, self.localized.definition)


class ChangePages:
    """The routes on which an enquiry is changed.

    Args:
        forms: the forms in every language, without the questions whose answers stay.
        service: where amendments go.
        tokens: signs forms and receipts.
        errors: the pages for when things go wrong.
        public_url: the address that receipts are built on; empty for the request's own.
    """

    def __init__(
        self,
        forms: LocalizedForms,
        service: EnquiryService,
        tokens: Tokens,
        errors: ErrorPages,
        *,
        public_url: str = "",
    ) -> None:
        self._forms = forms
        self._receipts = ReceiptLookup(forms, service, tokens)
        self._service = service
        self._tokens = tokens
        self._errors = errors
        self._public_url = public_url

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("change", __name__)
        routes.add_url_rule("/r/<receipt>/change", "show", self.show)
        routes.add_url_rule("/r/<receipt>/change", "submit", self.submit, methods=["POST"])
        routes.register_error_handler(StoreUnavailableError, self._errors.show_unavailable)
        return routes

    def show(self, receipt: str) -> Response:
        """Show the form filled with what was sent."""
        return self._view(receipt).open()

    def submit(self, receipt: str) -> AnyResponse:
        """Store what was changed and lead to the receipt, or show the form again with what is wrong."""
        try:
            view = self._view(receipt)
        except StoreUnavailableError as error:
            return self._keep_unread(receipt, error)
        return view.submit()

    def _view(self, receipt: str) -> ChangeView:
        enquiry, localized = self._receipts.find(receipt)
        return ChangeView(
            localized=localized,
            service=self._service,
            tokens=self._tokens,
            token_subject=f"{enquiry.form}/{enquiry.reference}",
            public_url=self._public_url,
            earlier=enquiry.answers,
            receipt=receipt,
            enquiry=enquiry,
        )

    def _keep_unread(self, receipt: str, error: StoreUnavailableError) -> Response:
        """Show what was typed again where the enquiry cannot be read; the token says which form it was."""
        sent = read_sent_form(self._forms.max_body)
        slug = (self._tokens.get_form(sent.get("token", "")) or "").partition("/")[0]
        if slug not in self._forms:
            return self._errors.show_unavailable(error)
        log.error(ChangeView.not_stored_event, form=slug, reason=str(error))
        localized = self._forms.find(slug)
        form = localized.form_class(sent, now=self._service.now())
        unavailable = Rejection(HTTPStatus.SERVICE_UNAVAILABLE, ChangeView.not_stored)
        return _make_page(receipt, localized, sent["token"]).show(form, self._public_url, unavailable)


def fixed_questions(definition: FormDefinition) -> list[Question]:
    """Return the questions whose answers stay as they were first given."""
    return [question for question in definition.asked if is_fixed(question)]


def _make_page(receipt: str, localized: LocalizedForm, token: str) -> FormPage:
    gettext = localized.language.gettext
    return FormPage(
        gettext("Change or add to your enquiry"),
        gettext(
            "What you sent stands below. Change what you like and send it: it takes the old one's place."
        ),
        gettext("Send changes"),
        url_for("change.submit", receipt=receipt, **localized.in_addresses),
        [("token", token)],
        may_be_indexed=False,
    )


def _receipt_address(receipt: str, localized: LocalizedForm) -> str:
    return url_for("receipt.show", token=receipt, **localized.in_addresses)
