"""The one way that a form takes once it is sent, whether it makes an enquiry or changes one.

Body, form, token, validation, store, in this order; then 303 to what comes next, or the page again: 422 with
what is wrong, 503 when nothing could be stored. What was typed is on it either way.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

import structlog
from flask import Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from webapp.enquiry import Answers
from webapp.outbox.database import StoreUnavailableError
from webapp.web.form.enquiry_form import EnquiryForm
from webapp.web.localized_forms import LocalizedForm
from webapp.web.pages.form_page import Rejection
from webapp.web.request_body import SentFields, read_sent_form
from webapp.web.submission import EnquiryService
from webapp.web.tokens import FormToken, InvalidTokenError, Tokens

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView(ABC):
    """A page with a form, for one request.

    ``token_subject`` is what the page's token is issued for; a token for anything else does not count.
    ``earlier`` are the answers that a change starts from. ``public_url`` is the address that receipts are
    built on; empty for the request's own.
    """

    localized: LocalizedForm
    service: EnquiryService
    tokens: Tokens
    token_subject: str
    public_url: str = ""
    earlier: Answers | None = None

    expired: ClassVar[str]
    """The notice that the token came too late, or is none of this page's."""

    not_stored: ClassVar[str]
    """The notice that nothing could be stored."""

    not_stored_event: ClassVar[str]
    """The same, for the log."""

    def open(self) -> Response:
        """Show the form before anything is sent: empty, or filled with the earlier answers."""
        form = self.localized.form_class(now=self.service.now(), earlier=self.earlier)
        return self.show(form, self.tokens.issue(self.token_subject))

    def submit(self) -> AnyResponse:
        """Store what was sent and lead on, or show the form again and say why.

        Raises:
            BadRequest: the body cannot be read.
            RequestEntityTooLarge: the body is too large.
        """
        sent = read_sent_form(self.localized.max_body)
        form = self.localized.form_class(sent, now=self.service.now(), earlier=self.earlier)
        try:
            token = self.tokens.read(sent.get("token", ""), self.token_subject)
        except InvalidTokenError:
            token = None
        is_current = token is not None and not token.is_expired
        next_token = sent["token"] if is_current else self.tokens.issue(self.token_subject)
        if self.switch_language(form, sent):
            return self.show(form, next_token, sent)
        try:
            # An expired token still finds what was stored under it before.
            address = self.store(form, token, sent) if form.validate() and token is not None else None
        except StoreUnavailableError as error:
            log.error(self.not_stored_event, form=self.localized.definition.slug, reason=str(error))  # noqa: TRY400 (the reason suffices)
            unavailable = Rejection(HTTPStatus.SERVICE_UNAVAILABLE, self.not_stored)
            return self.show(form, next_token, sent, unavailable)
        if address is not None:
            return redirect(address, code=HTTPStatus.SEE_OTHER)
        notice = "" if is_current else self.expired
        return self.show(form, next_token, sent, Rejection(HTTPStatus.UNPROCESSABLE_ENTITY, notice))

    def switch_language(self, form: EnquiryForm, sent: SentFields) -> bool:
        """Put what was typed into the page's language if that was asked for; say whether it was.

        Then nothing is stored, and nothing checked.
        """
        del form, sent
        return False

    @abstractmethod
    def store(self, form: EnquiryForm, token: FormToken, sent: SentFields) -> str | None:
        """Store the answers of a valid form, once, and return the address that comes next.

        None when it is too late, and the same was not stored in time.

        Raises:
            StoreUnavailableError: nothing was stored.
        """

    @abstractmethod
    def show(
        self,
        form: EnquiryForm,
        token: str,
        sent: SentFields | None = None,
        rejection: Rejection | None = None,
    ) -> Response:
        """Return the page with the form as it stands, and the token to send it with.

        ``sent`` is None where the page is opened, and ``rejection`` where nothing is wrong.
        """
