"""Step 7: the receipt, a copy of what was sent under the enquiry's reference."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

import structlog
from flask import Blueprint, Response, abort, make_response, render_template, request, url_for

from webapp.enquiry import Enquiry
from webapp.forms.definition import FormDefinition
from webapp.intake.headers import keep_private
from webapp.intake.pages import problem_page
from webapp.intake.service import EnquiryService, amend_until
from webapp.intake.tokens import Tokens
from webapp.outbox.database import StoreUnavailableError

log = structlog.get_logger(__name__)

CONTACT_WITHOUT_A_LINE = "To get in touch about this enquiry, contact us and quote your reference."

Copy = list[tuple[str, str]]


def copy_of(enquiry: Enquiry) -> Copy:
    """Return what the visitor sent, as labels and values in the order of the form."""
    answers = enquiry.answers
    sent = [
        ("First name", answers.first_name),
        ("Last name", answers.last_name),
        ("Email address", answers.email),
        ("Phone number", answers.phone.typed if answers.phone else ""),
        ("Company", answers.company),
        *((answer.label, answer.text) for answer in answers.questions.values()),
        ("Message", answers.message),
        ("You agreed", enquiry.consent.text if enquiry.consent else ""),
    ]
    return [(label, value) for label, value in sent if value]


def for_people(moment: datetime) -> str:
    """Return a moment in words."""
    return f"{moment:%-d %B %Y, %H:%M} UTC"


def text_copy(enquiry: Enquiry, definition: FormDefinition) -> str:
    """Return the receipt as a plain text to keep."""
    lines = [
        definition.title,
        "",
        f"Reference: {enquiry.reference}",
        f"Received: {for_people(enquiry.received_at)}",
        *([f"Changed: {for_people(enquiry.changed_at)}"] if enquiry.changed_at else []),
        "",
        definition.thanks,
        definition.contact or CONTACT_WITHOUT_A_LINE,
        "",
        *(f"{label}: {value}" for label, value in copy_of(enquiry)),
    ]
    return "\n".join(lines) + "\n"


class ReceiptViews:
    """The receipt's page and its copy to keep, at an address that only the visitor was given."""

    def __init__(self, forms: Mapping[str, FormDefinition], service: EnquiryService, tokens: Tokens) -> None:
        self._forms = forms
        self._service = service
        self._tokens = tokens

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("receipt", __name__)
        routes.add_url_rule("/r/<token>", "show", self.show)
        routes.add_url_rule("/r/<token>/copy.txt", "copy", self.copy)
        routes.register_error_handler(StoreUnavailableError, self.unavailable)
        return routes

    def show(self, token: str) -> Response:
        """Show an enquiry's receipt; safe to open again and again."""
        enquiry, definition = self._find(token)
        page = render_template(
            "receipt.html",
            definition=definition,
            enquiry=enquiry,
            for_people=for_people,
            copy=copy_of(enquiry),
            change_url=self._change_url(enquiry, definition, token),
            amend_until=for_people(amend_until(enquiry, definition)),
            copy_url=url_for("receipt.copy", token=token),
            again_url=url_for("intake.form", slug=enquiry.form, _external=False, **_campaign(enquiry)),
        )
        return keep_private(make_response(page))

    def copy(self, token: str) -> Response:
        """Hand out the receipt as a text file."""
        enquiry, definition = self._find(token)
        response = make_response(text_copy(enquiry, definition))
        response.mimetype = "text/plain"
        response.headers["Content-Disposition"] = f'attachment; filename="{enquiry.reference}.txt"'
        return keep_private(response)

    def unavailable(self, error: StoreUnavailableError) -> tuple[str, int]:
        """Say that the receipt cannot be read just now."""
        log.error("receipt_not_read", reason=str(error))
        return problem_page(HTTPStatus.SERVICE_UNAVAILABLE, (request.path, "Load this page again"))

    def _change_url(self, enquiry: Enquiry, definition: FormDefinition, token: str) -> str:
        """Return where the enquiry can be changed; empty when it no longer can."""
        if not self._service.may_amend(enquiry, definition):
            return ""
        return url_for("amend.show", receipt=token)

    def _find(self, token: str) -> tuple[Enquiry, FormDefinition]:
        reference = self._tokens.read_receipt(token)
        enquiry = self._service.find(reference) if reference else None
        definition = self._forms.get(enquiry.form) if enquiry else None
        if enquiry is None or definition is None:
            abort(HTTPStatus.NOT_FOUND)
        return enquiry, definition


def _campaign(enquiry: Enquiry) -> dict[str, Any]:
    return dict(enquiry.attribution.parameters)
