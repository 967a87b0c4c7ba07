"""Step 7: the receipt, a copy of what was sent under the enquiry's reference."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from flask import Blueprint, Response, make_response, render_template, url_for

from webapp.enquiry import Enquiry
from webapp.forms.definition import FormDefinition
from webapp.intake.headers import keep_private
from webapp.intake.received import ReceivedEnquiries, not_readable
from webapp.intake.service import EnquiryService, amend_until
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

    def __init__(self, received: ReceivedEnquiries, service: EnquiryService) -> None:
        self._received = received
        self._service = service

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("receipt", __name__)
        routes.add_url_rule("/r/<token>", "show", self.show)
        routes.add_url_rule("/r/<token>/copy.txt", "copy", self.copy)
        routes.register_error_handler(StoreUnavailableError, not_readable)
        return routes

    def show(self, token: str) -> Response:
        """Show an enquiry's receipt; safe to open again and again."""
        enquiry, definition = self._received.find(token)
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
        enquiry, definition = self._received.find(token)
        response = make_response(text_copy(enquiry, definition))
        response.mimetype = "text/plain"
        response.headers["Content-Disposition"] = f'attachment; filename="{enquiry.reference}.txt"'
        return keep_private(response)

    def _change_url(self, enquiry: Enquiry, definition: FormDefinition, token: str) -> str:
        """Return where the enquiry can be changed; empty when it no longer can."""
        if not self._service.may_amend(enquiry, definition):
            return ""
        return url_for("amend.show", receipt=token)


def _campaign(enquiry: Enquiry) -> dict[str, Any]:
    return dict(enquiry.attribution.parameters)
