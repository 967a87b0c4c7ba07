"""Step 7: the receipt, with the enquiry's reference and a copy of what was sent."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, make_response, url_for

from webapp.enquiry import Enquiry
from webapp.languages.language import N_, Language
from webapp.outbox.database import StoreUnavailableError
from webapp.web.localized_forms import LocalizedForm, LocalizedForms
from webapp.web.pages.errors import ErrorPages
from webapp.web.responses import render
from webapp.web.submission import EnquiryService, amend_until
from webapp.web.tokens import Tokens

CONTACT_WITHOUT_A_LINE = N_("To get in touch about this enquiry, contact us and quote your reference.")
THANKS = N_("We have your enquiry and will be in touch soon.")

Copy = list[tuple[str, str]]


def build_copy(enquiry: Enquiry, language: Language) -> Copy:
    """Return what the visitor sent, as labels and values in the order of the form."""
    answers, gettext = enquiry.answers, language.gettext
    sent = [
        (gettext("First name"), answers.first_name),
        (gettext("Last name"), answers.last_name),
        (gettext("Email address"), answers.email),
        (gettext("Phone number"), answers.phone.typed if answers.phone else ""),
        (gettext("Company"), answers.company),
        *((answer.label, answer.text) for answer in answers.questions.values()),
        (gettext("Message"), answers.message),
        (gettext("You agreed"), enquiry.consent.text if enquiry.consent else ""),
    ]
    return [(label, value) for label, value in sent if value]


def in_words(moment: datetime, form: LocalizedForm) -> str:
    """Return a time in the visitor's language and the form's time zone."""
    name = form.definition.time_zone
    return form.language.format_datetime(moment, UTC if name == "UTC" else ZoneInfo(name))


def text_copy(enquiry: Enquiry, form: LocalizedForm) -> str:
    """Return the receipt as plain text."""
    definition, gettext = form.definition, form.language.gettext
    received = in_words(enquiry.received_at, form)
    changed = in_words(enquiry.changed_at, form) if enquiry.changed_at else ""
    lines = [
        definition.title,
        "",
        gettext("Reference: %(reference)s", reference=enquiry.reference),
        gettext("Received on %(moment)s", moment=received),
        *([gettext("Changed on %(moment)s", moment=changed)] if changed else []),
        "",
        definition.thanks or gettext(THANKS),
        definition.contact or gettext(CONTACT_WITHOUT_A_LINE),
        "",
        *(
            gettext("%(label)s: %(value)s", label=label, value=value)
            for label, value in build_copy(enquiry, form.language)
        ),
    ]
    return "\n".join(lines) + "\n"


class ReceiptLookup:
    """Finds the enquiry of a receipt's address, with the form that it was made by.

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


class ReceiptPages:
    """The receipt's page and its copy to keep, at an address that only the visitor was given."""

    def __init__(self, receipts: ReceiptLookup, service: EnquiryService, errors: ErrorPages) -> None:
        self._receipts = receipts
        self._service = service
        self._errors = errors

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("receipt", __name__)
        routes.add_url_rule("/r/<token>", "show", self.show)
        routes.add_url_rule("/r/<token>/copy.txt", "copy", self.copy)
        routes.register_error_handler(StoreUnavailableError, self._errors.show_unavailable)
        return routes

    def show(self, token: str) -> Response:
        """Show an enquiry's receipt; safe to open again and again."""
        enquiry, form = self._receipts.find(token)
        definition, language = form.definition, form.language
        # An address of its own: a browser caches one page per address, and must keep the one that was sent.
        kept: dict[str, Any] = {
            **enquiry.attribution.parameters,
            "after": enquiry.reference,
            **form.in_addresses,
        }
        return render(
            "receipt.html",
            language,
            definition,
            enquiry=enquiry,
            thanks=definition.thanks or language.gettext(THANKS),
            without_contact=language.gettext(CONTACT_WITHOUT_A_LINE),
            received_on=in_words(enquiry.received_at, form),
            changed_on=in_words(enquiry.changed_at, form) if enquiry.changed_at else "",
            copy=build_copy(enquiry, language),
            change_url=self._change_url(enquiry, form, token),
            amend_until=in_words(amend_until(enquiry, definition), form),
            copy_url=url_for("receipt.copy", token=token, **form.in_addresses),
            again_url=url_for("enquire.form", slug=enquiry.form, _external=False, **kept),
        )

    def copy(self, token: str) -> Response:
        """Serve the receipt as a text file."""
        enquiry, form = self._receipts.find(token)
        response = make_response(text_copy(enquiry, form))
        response.mimetype = "text/plain"
        response.headers["Content-Disposition"] = f'attachment; filename="{enquiry.reference}.txt"'
        return response

    def _change_url(self, enquiry: Enquiry, form: LocalizedForm, token: str) -> str:
        """Return where the enquiry can be changed; empty when it no longer can."""
        if not self._service.may_amend(enquiry, form.definition):
            return ""
        return url_for("change.show", receipt=token, **form.in_addresses)
