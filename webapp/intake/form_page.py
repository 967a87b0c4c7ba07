"""The page that shows a form: new, with what is wrong, or filled with what was sent before."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Response, make_response, render_template

from webapp.forms.definition import FormDefinition
from webapp.intake.form import EnquiryForm
from webapp.intake.headers import form_policy

CHECK_AND_SEND_AGAIN = (
    "Your enquiry has not been sent yet: this page had been open for too long. "
    "Check what you typed and send it again."
)
NOT_SENT_YET = (
    "Your enquiry has not been sent yet: we could not store it just now. "
    "What you typed is kept below. Send it again in a moment."
)
CHECK_AND_CHANGE_AGAIN = (
    "Your changes have not been sent yet: this page had been open for too long. "
    "Check what you typed and send it again."
)
NOT_CHANGED_YET = (
    "Your changes have not been sent yet: we could not store them just now. "
    "What you typed is kept below. Send it again in a moment."
)

RETRY_AFTER = "10"


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why what was sent is shown again; what is wrong at the fields stands there, the rest is the notice."""

    status: HTTPStatus
    notice: str = ""


@dataclass(frozen=True, slots=True)
class FormPage:
    """What a form's page says besides its fields.

    ``action`` is where it sends, and ``hidden`` what it carries unseen.
    """

    title: str
    intro: str
    submit: str
    action: str
    hidden: list[tuple[str, str]] = field(default_factory=list)
    may_be_indexed: bool = True

    def show(
        self,
        definition: FormDefinition,
        form: EnquiryForm,
        public_url: str,
        not_taken: NotTaken | None = None,
    ) -> Response:
        """Return the page with the form as it stands."""
        status = not_taken.status if not_taken else HTTPStatus.OK
        page = render_template(
            "form.html",
            page=self,
            definition=definition,
            fields=list(form),
            errors=form.summary(),
            notice=not_taken.notice if not_taken else "",
        )
        response = make_response(page, status)
        response.headers["Content-Security-Policy"] = form_policy(definition, public_url)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            response.headers["Retry-After"] = RETRY_AFTER
        return response
