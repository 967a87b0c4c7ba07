"""Lets a visitor change or add to an enquiry, by the receipt's address, for as long as the form allows."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from flask import Blueprint, Response, redirect, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from webapp.enquiry import Answer, Answers, Enquiry
from webapp.forms.amendment import is_fixed
from webapp.forms.definition import FormDefinition
from webapp.forms.kind import Kind
from webapp.forms.question import Question
from webapp.intake.body import longest_body, read_sent_form
from webapp.intake.form import EnquiryForm, attribute_of, form_of
from webapp.intake.form_page import CHECK_AND_CHANGE_AGAIN, NOT_CHANGED_YET, FormPage, NotTaken
from webapp.intake.headers import keep_private
from webapp.intake.pages import problem_page
from webapp.intake.received import ReceivedEnquiries, not_readable
from webapp.intake.service import EnquiryService
from webapp.intake.tokens import ForeignTokenError, FormToken, Tokens
from webapp.outbox.database import StoreUnavailableError

log = structlog.get_logger(__name__)

TITLE: Final = "Change or add to your enquiry"
INTRO: Final = (
    "What you sent stands below. Change what you like, then send it: what you send takes its place."
)
SUBMIT: Final = "Send changes"
NOT_STORED: Final = NotTaken(HTTPStatus.SERVICE_UNAVAILABLE, NOT_CHANGED_YET)


class AmendViews:
    """The page on which a visitor changes an enquiry.

    Args:
        forms: the forms by slug.
        received: the enquiries that there are.
        service: where amendments go.
        tokens: signs forms and receipts.
        public_url: the address that receipts are built on; empty for the request's own.
    """

    def __init__(
        self,
        forms: Mapping[str, FormDefinition],
        received: ReceivedEnquiries,
        service: EnquiryService,
        tokens: Tokens,
        *,
        public_url: str = "",
    ) -> None:
        self._forms = forms
        self._fixed = {
            slug: [question for question in definition.asked if is_fixed(question)]
            for slug, definition in forms.items()
        }
        self._form_classes = {
            slug: form_of(definition, self._fixed[slug]) for slug, definition in forms.items()
        }
        self._received = received
        self._service = service
        self._tokens = tokens
        self._public_url = public_url

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("amend", __name__)
        routes.add_url_rule("/r/<receipt>/change", "show", self.show)
        routes.add_url_rule("/r/<receipt>/change", "submit", self.submit, methods=["POST"])
        routes.register_error_handler(StoreUnavailableError, not_readable)
        return routes

    def show(self, receipt: str) -> AnyResponse:
        """Show the form filled with what was sent."""
        enquiry, definition = self._received.find(receipt)
        if not self._service.may_amend(enquiry, definition):
            return self._too_late(receipt, definition)
        form = self._form_classes[enquiry.form](data=filled(enquiry.answers, definition))
        return self._page(receipt, enquiry.form, form, self._token(enquiry))

    def submit(self, receipt: str) -> AnyResponse:
        """Store what was changed and lead back to the receipt, or show the form again with what is wrong."""
        sent = read_sent_form(longest_body(*self._forms.values()))
        try:
            enquiry, definition = self._received.find(receipt)
        except StoreUnavailableError as error:
            return self._not_read(receipt, sent, error)
        form = self._form_classes[enquiry.form](sent)
        form.kept = self._kept(enquiry)
        is_valid = form.validate()
        token = self._read_token(sent.get("token", ""), enquiry)
        carried = sent["token"] if token and not token.is_expired else self._token(enquiry)
        if not self._service.may_amend(enquiry, definition):
            return self._too_late(receipt, definition)
        if not is_valid or token is None or token.is_expired:
            notice = "" if token and not token.is_expired else CHECK_AND_CHANGE_AGAIN
            return self._page(
                receipt, enquiry.form, form, carried, NotTaken(HTTPStatus.UNPROCESSABLE_ENTITY, notice)
            )
        try:
            self._service.amend(definition, enquiry, form.answers(), token.submission_key)
        except StoreUnavailableError as error:
            log.error("amendment_not_stored", form=enquiry.form, reason=str(error))  # noqa: TRY400 (it suffices)
            return self._page(receipt, enquiry.form, form, carried, NOT_STORED)
        address = self._public_url + url_for("receipt.show", token=receipt)
        return redirect(address, code=HTTPStatus.SEE_OTHER)

    def _not_read(self, receipt: str, sent: MultiDict[str, str], error: StoreUnavailableError) -> AnyResponse:
        """Keep what was typed, as far as the page can be made without the enquiry."""
        slug = (self._tokens.form_of(sent.get("token", "")) or "").partition("/")[0]
        if slug not in self._forms:
            return Response(*not_readable(error))
        log.error("amendment_not_stored", form=slug, reason=str(error))
        return self._page(receipt, slug, self._form_classes[slug](sent), sent["token"], NOT_STORED)

    def _kept(self, enquiry: Enquiry) -> dict[str, Answer]:
        names = {each.name for each in self._fixed[enquiry.form]}
        return {name: each for name, each in enquiry.answers.questions.items() if name in names}

    def _token(self, enquiry: Enquiry) -> str:
        return self._tokens.issue(f"{enquiry.form}/{enquiry.reference}")

    def _read_token(self, token: str, enquiry: Enquiry) -> FormToken | None:
        try:
            return self._tokens.read(token, f"{enquiry.form}/{enquiry.reference}")
        except ForeignTokenError:
            return None

    def _page(
        self,
        receipt: str,
        slug: str,
        form: EnquiryForm,
        token: str,
        not_taken: NotTaken | None = None,
    ) -> Response:
        action = url_for("amend.submit", receipt=receipt)
        page = FormPage(TITLE, INTRO, SUBMIT, action, [("token", token)], may_be_indexed=False)
        definition = self._forms[slug]
        return keep_private(page.show(definition, form, self._public_url, not_taken))

    def _too_late(self, receipt: str, definition: FormDefinition) -> Response:
        link = (url_for("receipt.show", token=receipt), "See what you sent")
        page, status = problem_page(HTTPStatus.GONE, link, definition.contact)
        return keep_private(Response(page, status))


def filled(answers: Answers, definition: FormDefinition) -> dict[str, Any]:
    """Return what the fields of a form hold when it is shown filled."""
    questions = {each.name: each for each in definition.asked}
    return {
        "first_name": answers.first_name,
        "last_name": answers.last_name,
        "email": answers.email,
        "phone": answers.phone.typed if answers.phone else "",
        "company": answers.company,
        "message": answers.message,
        "consent": True,
        **{
            attribute_of(name): _typed(questions[name], answer)
            for name, answer in answers.questions.items()
            if name in questions
        },
    }


def _typed(question: Question, answer: Answer) -> Any:
    """Return an answer as the visitor gave it to the page."""
    if isinstance(answer.value, bool):
        return answer.value
    if isinstance(answer.value, tuple):
        return [str(each) for each in answer.value]
    if question.kind in {Kind.DATE, Kind.SELECT, Kind.RADIO}:
        return str(answer.value)
    return answer.text
