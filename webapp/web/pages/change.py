"""Lets a visitor change or add to an enquiry, by the receipt's address, for as long as the form allows."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

import structlog
from flask import Blueprint, Response, redirect, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from webapp.enquiry import Answer, Answers, Enquiry
from webapp.forms.definition import FormDefinition
from webapp.forms.opportunity_diff import is_fixed
from webapp.forms.question import Question
from webapp.outbox.database import StoreUnavailableError
from webapp.web.form.enquiry_form import EnquiryForm, asked_about_in, field_key
from webapp.web.localized_forms import LocalizedForm, LocalizedForms
from webapp.web.pages.errors import ProblemPages, problem_page
from webapp.web.pages.form_page import CHECK_AND_CHANGE_AGAIN, NOT_CHANGED_YET, FormPage, Rejection
from webapp.web.receipt_lookup import ReceiptLookup
from webapp.web.request_body import longest_body, read_sent_form
from webapp.web.submission import EnquiryService
from webapp.web.tokens import FormToken, InvalidTokenError, Tokens

log = structlog.get_logger(__name__)

NOT_STORED: Final = Rejection(HTTPStatus.SERVICE_UNAVAILABLE, NOT_CHANGED_YET)


class AmendViews:
    """The page on which a visitor changes an enquiry.

    Args:
        forms: the forms in every language, without the questions whose answers stay.
        service: where amendments go.
        tokens: signs forms and receipts.
        problems: the pages for when things go wrong.
        public_url: the address that receipts are built on; empty for the request's own.
    """

    def __init__(
        self,
        forms: LocalizedForms,
        service: EnquiryService,
        tokens: Tokens,
        problems: ProblemPages,
        *,
        public_url: str = "",
    ) -> None:
        self._forms = forms
        self._received = ReceiptLookup(forms, service, tokens)
        self._service = service
        self._tokens = tokens
        self._problems = problems
        self._public_url = public_url

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("change", __name__)
        routes.add_url_rule("/r/<receipt>/change", "show", self.show)
        routes.add_url_rule("/r/<receipt>/change", "submit", self.submit, methods=["POST"])
        routes.register_error_handler(StoreUnavailableError, self._problems.not_readable)
        return routes

    def show(self, receipt: str) -> AnyResponse:
        """Show the form filled with what was sent."""
        enquiry, offered = self._received.find(receipt)
        if not self._service.may_amend(enquiry, offered.definition):
            return self._too_late(receipt, offered)
        form = offered.form_class(data=initial_data(enquiry.answers), now=self._service.now())
        return self._page(receipt, offered, form, self._token(enquiry))

    def submit(self, receipt: str) -> AnyResponse:
        """Store what was changed and lead back to the receipt, or show the form again with what is wrong."""
        sent = read_sent_form(longest_body(*self._forms))
        try:
            enquiry, offered = self._received.find(receipt)
        except StoreUnavailableError as error:
            return self._not_read(receipt, sent, error)
        form = offered.form_class(sent, now=self._service.now())
        form.asked_about = asked_about_in(sent)
        form.confirmed = confirmed_emails(enquiry.answers)
        form.kept = kept_answers(enquiry, offered.definition)
        is_valid = form.validate()
        token = self._read_token(sent.get("token", ""), enquiry)
        carried = sent["token"] if token and not token.is_expired else self._token(enquiry)
        try:
            is_stored = is_valid and token is not None and self._stored(form, enquiry, token)
        except StoreUnavailableError as error:
            log.error("amendment_not_stored", form=enquiry.form, reason=str(error))  # noqa: TRY400 (it suffices)
            return self._page(receipt, offered, form, carried, NOT_STORED)
        if is_stored:
            address = self._public_url + url_for("receipt.show", token=receipt, **offered.in_addresses)
            return redirect(address, code=HTTPStatus.SEE_OTHER)
        if not self._service.may_amend(enquiry, offered.definition):
            return self._too_late(receipt, offered)
        notice = "" if token and not token.is_expired else CHECK_AND_CHANGE_AGAIN
        return self._page(receipt, offered, form, carried, Rejection(HTTPStatus.UNPROCESSABLE_ENTITY, notice))

    def _stored(self, form: EnquiryForm, enquiry: Enquiry, token: FormToken) -> bool:
        """Store what was changed unless it comes too late; say whether it is stored, perhaps since before."""
        answers, key = form.answers(), token.submission_key
        if self._service.has_amended(enquiry, answers, key):
            return True
        if token.is_expired or not self._service.may_amend(enquiry, form.definition):
            return False
        self._service.amend(form.definition, enquiry, answers, key)
        return True

    def _not_read(self, receipt: str, sent: MultiDict[str, str], error: StoreUnavailableError) -> AnyResponse:
        """Keep what was typed, as far as the page can be made without the enquiry."""
        slug = (self._tokens.get_form(sent.get("token", "")) or "").partition("/")[0]
        if slug not in self._forms:
            return self._problems.not_readable(error)
        log.error("amendment_not_stored", form=slug, reason=str(error))
        offered = self._forms.find(slug)
        form = offered.form_class(sent, now=self._service.now())
        return self._page(receipt, offered, form, sent["token"], NOT_STORED)

    def _token(self, enquiry: Enquiry) -> str:
        return self._tokens.issue(f"{enquiry.form}/{enquiry.reference}")

    def _read_token(self, token: str, enquiry: Enquiry) -> FormToken | None:
        try:
            return self._tokens.read(token, f"{enquiry.form}/{enquiry.reference}")
        except InvalidTokenError:
            return None

    def _page(
        self,
        receipt: str,
        offered: LocalizedForm,
        form: EnquiryForm,
        token: str,
        not_taken: Rejection | None = None,
    ) -> Response:
        gettext = offered.language.gettext
        page = FormPage(
            gettext("Change or add to your enquiry"),
            gettext(
                "What you sent stands below. Change what you like and send it: it takes the old one's place."
            ),
            gettext("Send changes"),
            url_for("change.submit", receipt=receipt, **offered.in_addresses),
            [("token", token)],
            may_be_indexed=False,
        )
        return page.show(form, self._public_url, not_taken)

    def _too_late(self, receipt: str, offered: LocalizedForm) -> Response:
        address = url_for("receipt.show", token=receipt, **offered.in_addresses)
        link = (address, offered.language.gettext("See what you sent"))
        return problem_page(HTTPStatus.GONE, offered, link)


def fixed_questions(definition: FormDefinition) -> list[Question]:
    """Return the questions whose answers stay as they were first given."""
    return [question for question in definition.asked if is_fixed(question)]


def kept_answers(enquiry: Enquiry, definition: FormDefinition) -> dict[str, Answer]:
    """Return the answers that a change does not touch."""
    names = {each.name for each in fixed_questions(definition)}
    return {name: each for name, each in enquiry.answers.questions.items() if name in names}


def confirmed_emails(answers: Answers) -> frozenset[str]:
    """Return the e-mail addresses of an enquiry, those in its questions as they were typed too."""
    told = ({each.text, str(each.value)} for each in answers.questions.values())
    return frozenset(each for each in {answers.email}.union(*told) if "@" in each)


def initial_data(answers: Answers) -> dict[str, Any]:
    """Return what the fields of a form hold when it is shown filled."""
    return {
        "first_name": answers.first_name,
        "last_name": answers.last_name,
        "email": answers.email,
        "phone": answers.phone,
        "company": answers.company,
        "message": answers.message,
        "consent": True,
        **{field_key(name): answer for name, answer in answers.questions.items()},
    }
