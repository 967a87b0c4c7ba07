"""The page that shows a form: new, with what is wrong, or filled with what was sent before."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Response

from webapp.languages.language import N_, Language
from webapp.web.form.enquiry_form import ASKED_ABOUT, EnquiryForm
from webapp.web.responses import render
from webapp.web.security_headers import form_policy

CHECK_AND_SEND_AGAIN = N_(
    "Your enquiry has not been sent yet: this page had been open for too long. "
    "Check what you typed and send it again."
)
NOT_SENT_YET = N_(
    "Your enquiry has not been sent yet: we could not store it just now. "
    "What you typed is kept below. Send it again in a moment."
)
CHECK_AND_CHANGE_AGAIN = N_(
    "Your changes have not been sent yet: this page had been open for too long. "
    "Check what you typed and send it again."
)
NOT_CHANGED_YET = N_(
    "Your changes have not been sent yet: we could not store them just now. "
    "What you typed is kept below. Send it again in a moment."
)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why what was sent is shown again; what is wrong at the fields stands there, the rest is the notice.

    The notice is a message to be said in the visitor's language.
    """

    status: HTTPStatus
    notice: str = ""


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """A language that a page can be had in besides, and the address that shows it so, filled as it is."""

    language: Language
    address: str


@dataclass(frozen=True, slots=True)
class FormPage:
    """What a form's page says besides its fields.

    ``action`` is where it sends, and ``hidden`` what it carries unseen. ``languages`` are others to choose.
    ``notes_token`` lets the script note in the window's history with which token the page was sent. Not for
    a page that came by a post, which the note would turn into one that was asked for, and not for a change:
    one that was made, unmade and made again is three.
    """

    title: str
    intro: str
    submit: str
    action: str
    hidden: list[tuple[str, str]] = field(default_factory=list)
    may_be_indexed: bool = True
    notes_token: bool = False
    languages: tuple[LanguageLink, ...] = ()

    def show(self, form: EnquiryForm, public_url: str, not_taken: Rejection | None = None) -> Response:
        """Return the page with the form as it stands."""
        status = not_taken.status if not_taken else HTTPStatus.OK
        notice = not_taken.notice if not_taken else ""
        response = render(
            "form.html",
            form.language,
            form.definition,
            status,
            page=self,
            hidden=[*self.hidden, *((ASKED_ABOUT, each) for each in form.asked_about)],
            fields=list(form),
            errors=form.summary(),
            notice=form.language.gettext(notice) if notice else "",
        )
        response.headers["Content-Security-Policy"] = form_policy(form.definition, public_url)
        return response
