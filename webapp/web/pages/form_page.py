"""What a page with a form shows: the form as it stands, and the texts around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Response

from webapp.languages.language import Language, LocalizedText
from webapp.web.form.enquiry_form import ASKED_ABOUT, EnquiryForm
from webapp.web.responses import render
from webapp.web.security_headers import form_policy


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why what was sent is shown again, besides what is wrong at its fields.

    ``notice`` is a message that is yet to be translated.
    """

    status: HTTPStatus
    notice: str = ""


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """Another language of a page, and the address that shows it in that language, filled in as it is."""

    language: Language
    address: str


@dataclass(frozen=True, slots=True)
class FormPage:
    """What a form's page says besides its fields.

    ``action`` is the address that it is sent to, and ``hidden`` the names and values of its hidden inputs.
    ``notes_token`` lets the script note in the window's history which token the page was sent with. A page
    that answers a POST must not: the browser would then ask for it by GET. Nor must a change: one that is
    made, undone and made again is three.
    """

    title: LocalizedText
    intro: LocalizedText
    submit: LocalizedText
    action: str
    hidden: list[tuple[str, str]] = field(default_factory=list)
    may_be_indexed: bool = True
    notes_token: bool = False
    languages: tuple[LanguageLink, ...] = ()

    def show(self, form: EnquiryForm, public_url: str, rejection: Rejection | None = None) -> Response:
        """Return the page with the form as it stands."""
        status = rejection.status if rejection else HTTPStatus.OK
        notice = rejection.notice if rejection else ""
        response = render(
            "form.html",
            form.language,
            form.definition,
            status,
            page=self,
            hidden=[*self.hidden, *((ASKED_ABOUT, address) for address in form.asked_about)],
            fields=list(form),
            errors=form.summary(),
            notice=form.language.gettext(notice) if notice else "",
        )
        response.headers["Content-Security-Policy"] = form_policy(form.definition, public_url)
        return response
