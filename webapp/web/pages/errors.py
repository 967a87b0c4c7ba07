"""The pages for when something goes wrong: what happened to what was typed, and what to do.

None of them needs the database. Each has the language, the theme and the contact line of the form that it is
about, or else of the default form.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import structlog
from flask import Flask, Response, request, url_for
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, SecurityError

from webapp.languages.language import N_, LocalizedText
from webapp.outbox.database import StoreUnavailableError
from webapp.web.localized_forms import LocalizedForm, LocalizedForms
from webapp.web.responses import render
from webapp.web.tokens import Tokens

log = structlog.get_logger(__name__)

NOT_SENT: Final = N_("Nothing has been sent.")
NOT_CHANGED: Final = N_("Nothing has been changed: your enquiry stands as it was.")
GO_BACK: Final = N_("Go back, where your browser keeps what you typed, and send it again.")
NOT_READABLE: Final = N_("Your browser sent something that we could not read.")
FILL_IN_THE_FORM: Final = N_("Open the form, fill it in, and send it from there.")
WAIT: Final = N_("Wait a minute.")
MAKE_IT_SHORTER: Final = N_(
    "Go back, where your browser keeps what you typed, make your message shorter, and send it again."
)


Link = tuple[str, LocalizedText]
"""An address, and the text that leads there."""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """The heading and the sentences of a page, yet to be translated."""

    title: str
    paragraphs: tuple[str, ...]


ERRORS: Final = {
    400: ErrorPage(
        N_("This address is not right"),
        (
            NOT_READABLE,
            NOT_SENT,
            N_("Open the form from its link again."),
        ),
    ),
    404: ErrorPage(
        N_("Page not found"),
        (
            N_("If you typed the address, check that it is correct."),
            N_("If you followed a link, it may be out of date."),
            N_("What you sent before is kept."),
        ),
    ),
    405: ErrorPage(
        N_("This page cannot be used that way"),
        (NOT_SENT, FILL_IN_THE_FORM),
    ),
    410: ErrorPage(
        N_("This enquiry can no longer be changed here"),
        (
            N_("The time in which it could be changed is over, so nothing has been changed."),
            N_("Get in touch about it, and quote your reference."),
        ),
    ),
    413: ErrorPage(
        N_("What you sent is too long"),
        (N_("Your enquiry has not been sent."), MAKE_IT_SHORTER),
    ),
    429: ErrorPage(
        N_("You are sending too fast"),
        (
            N_("Your enquiry has not been sent, since many came from your connection at once."),
            WAIT,
            GO_BACK,
        ),
    ),
    500: ErrorPage(
        N_("Something went wrong on our side"),
        (
            N_("If you were sending an enquiry, we cannot say whether it arrived."),
            GO_BACK,
            N_("The same enquiry sent twice is one enquiry."),
        ),
    ),
    503: ErrorPage(
        N_("This page cannot be shown just now"),
        (
            N_("Nothing is lost: what you sent before is kept."),
            N_("Load this page again in a moment."),
        ),
    ),
}

CHANGE_ERRORS: Final = ERRORS | {
    400: ErrorPage(
        ERRORS[400].title,
        (NOT_READABLE, NOT_CHANGED, GO_BACK),
    ),
    405: ErrorPage(ERRORS[405].title, (NOT_CHANGED, FILL_IN_THE_FORM)),
    413: ErrorPage(ERRORS[413].title, (NOT_CHANGED, MAKE_IT_SHORTER)),
    429: ErrorPage(
        ERRORS[429].title,
        (
            N_("Your changes have not been sent, since many came from your connection at once."),
            N_("Your enquiry stands as it was."),
            WAIT,
            GO_BACK,
        ),
    ),
    500: ErrorPage(
        ERRORS[500].title,
        (
            N_("Your enquiry is kept; if you were sending changes, we cannot say whether they arrived."),
            GO_BACK,
            N_("The same changes sent twice are made once."),
        ),
    ),
}
"""What a visitor reads instead who was changing an enquiry."""

NOT_FOUND_ON_SENDING: Final = ErrorPage(ERRORS[404].title, ERRORS[405].paragraphs)
"""The page for a form that was sent to an address that does not exist, or no longer does."""


class ErrorPages:
    """The pages, each for the form that the address names.

    Args:
        forms: the forms in every language.
        default_form: the slug of the form that a page belongs to when its address names none.
        tokens: reads which form a receipt is of.
    """

    def __init__(self, forms: LocalizedForms, default_form: str, tokens: Tokens) -> None:
        self._forms = forms
        self._default_form = default_form
        self._tokens = tokens

    def register(self, app: Flask) -> None:
        """Answer every error of the application with its page."""
        app.register_error_handler(HTTPException, self.show)
        # A page for an untrusted host would have links that lead there.
        app.register_error_handler(SecurityError, refuse_host)
        # Flask's own log line names the address, and that of a receipt is secret.
        app.logger.disabled = True

    def show(self, error: HTTPException) -> Response:
        """Show the page of an error."""
        original = getattr(error, "original_exception", None)
        if original is not None:
            log.error("request_broke", exc_info=original)
        form, status = self._form(), error.code or InternalServerError.code
        response = error_page(status, form, _next_link(form, status))
        if isinstance(error, MethodNotAllowed):
            response.allow.update(error.valid_methods or ())
        return response

    def show_unavailable(self, error: StoreUnavailableError) -> Response:
        """Say that an enquiry cannot be read just now."""
        log.error("receipt_not_read", reason=str(error))
        form = self._form()
        link = (request.full_path.rstrip("?"), form.language.gettext("Load this page again"))
        return error_page(HTTPStatus.SERVICE_UNAVAILABLE, form, link)

    def _form(self) -> LocalizedForm:
        match request.path.split("/"):
            case ["", "f", slug, *_] if slug in self._forms:
                return self._forms.find(slug)
            case ["", "r", receipt, *_]:
                slug = self._tokens.read_receipt_form(receipt) or ""
                return self._forms.find(slug if slug in self._forms else self._default_form)
            case _:
                return self._forms.find(self._default_form)


def error_page(status: int, form: LocalizedForm, link: Link) -> Response:
    """Return the page of a status, with one link that leads on."""
    content = _choose_page(status)
    return render(
        "error.html",
        form.language,
        form.definition,
        HTTPStatus(status),
        title=form.language.gettext(content.title),
        paragraphs=[form.language.gettext(paragraph) for paragraph in content.paragraphs],
        link=link,
    )


def _choose_page(status: int) -> ErrorPage:
    if status == HTTPStatus.NOT_FOUND and request.method == "POST":
        return NOT_FOUND_ON_SENDING
    pages = CHANGE_ERRORS if _changed_receipt() else ERRORS
    return pages.get(status, pages[400 if status < InternalServerError.code else 500])


def _next_link(form: LocalizedForm, status: int) -> Link:
    """Return the address and the text of a link: to the form, or to the change that was being made."""
    receipt = _changed_receipt()
    if receipt and status != HTTPStatus.NOT_FOUND:
        address = url_for("change.show", receipt=receipt, _external=False, **form.in_addresses)
        return address, form.language.gettext("Change or add to your enquiry")
    slug = form.definition.slug
    return url_for("enquire.form", slug=slug, _external=False, **form.in_addresses), form.definition.title


def _changed_receipt() -> str:
    """Return the receipt of the enquiry that the visitor was changing, or an empty string."""
    match request.path.split("/"):
        case ["", "r", receipt, "change"]:
            return receipt
        case _:
            return ""


def refuse_host(error: SecurityError) -> Response:
    """Refuse a request that names somebody else's host."""
    del error
    return Response(
        "This is not an address of this service.\n", HTTPStatus.BAD_REQUEST, mimetype="text/plain"
    )
