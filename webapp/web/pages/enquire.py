"""Step 1: shows the form, and takes what is sent by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import structlog
from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from webapp.enquiry import Enquiry
from webapp.languages.language import get_language, supported_language
from webapp.outbox.database import StoreUnavailableError
from webapp.web.attribution import (
    LANDING_ADDRESS,
    REFERRER,
    carried_address,
    carried_parameters,
    parse_attribution,
)
from webapp.web.form.enquiry_form import EnquiryForm, asked_about_in
from webapp.web.form.rewording import convert_answers
from webapp.web.localized_forms import LocalizedForm, LocalizedForms
from webapp.web.pages.form_page import CHECK_AND_SEND_AGAIN, NOT_SENT_YET, FormPage, LanguageLink, Rejection
from webapp.web.request_body import longest_body, read_sent_form
from webapp.web.submission import EnquiryService
from webapp.web.tokens import FormToken, InvalidTokenError, Tokens

log = structlog.get_logger(__name__)

Sent = MultiDict[str, str]

SWITCH: Final = "switch"
"""The name of the buttons that ask for the page in another language, as it stands."""

TYPED_IN: Final = "typed_in"
"""What tells, in the address of such a button, the language of the page that it stands on."""


@dataclass(frozen=True, slots=True)
class HiddenState:
    """What a page carries through failed submissions: token, campaign, and where the visitor came from."""

    token: str
    parameters: Mapping[str, str]
    referrer: str
    landing_address: str

    def hidden(self) -> list[tuple[str, str]]:
        """Return the hidden inputs that carry it."""
        carried = {**self.parameters, REFERRER: self.referrer, LANDING_ADDRESS: self.landing_address}
        return [("token", self.token), *((name, value) for name, value in carried.items() if value)]


class FormViews:
    """The pages on which an enquiry is made.

    Args:
        forms: the forms in every language.
        default_form: the slug that ``/`` leads to.
        service: where enquiries go.
        tokens: signs forms and receipts.
        public_url: the address that receipts are built on; empty for the request's own.
    """

    def __init__(
        self,
        forms: LocalizedForms,
        default_form: str,
        service: EnquiryService,
        tokens: Tokens,
        public_url: str = "",
    ) -> None:
        self._forms = forms
        self._default_form = default_form
        self._service = service
        self._tokens = tokens
        self._public_url = public_url

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("enquire", __name__)
        routes.add_url_rule("/", "index", self.index)
        routes.add_url_rule("/f/<slug>", "form", self.show_form)
        routes.add_url_rule("/f/<slug>", "submit", self.submit, methods=["POST"])
        routes.add_url_rule("/healthz", "health", self.health)
        return routes

    def index(self) -> AnyResponse:
        """Lead to the default form, the campaign kept."""
        query = request.query_string.decode("latin-1")
        address = url_for("enquire.form", slug=self._default_form)
        return redirect(f"{address}?{query}" if query else address)

    def show_form(self, slug: str) -> Response:
        """Show a form, noting the campaign that its link names."""
        offered = self._forms.find(slug)
        visit = HiddenState(
            self._tokens.issue(slug),
            carried_parameters(request.args.items(multi=True)),
            carried_address(request.referrer or ""),
            carried_address(request.url),
        )
        return self._page(offered, offered.form_class(now=self._service.now()), visit)

    def submit(self, slug: str) -> AnyResponse:
        """Store what was sent and lead to the receipt, or show the form again with what is wrong."""
        offered = self._forms.find(slug)
        sent = read_sent_form(longest_body(offered.definition))
        form = offered.form_class(sent, now=self._service.now())
        form.asked_about = asked_about_in(sent)
        try:
            token = self._tokens.read(sent.get("token", ""), slug)
        except InvalidTokenError:
            token = None
        visit = self._visit_again(slug, token, sent)
        if SWITCH in sent:
            before = supported_language(request.args.get(TYPED_IN))
            if before is not None:
                convert_answers(form, get_language(before, offered.definition.region))
            return self._page(offered, form, visit)
        is_valid = form.validate()
        try:
            enquiry = self._stored(form, token, sent) if is_valid and token else None
        except StoreUnavailableError as error:
            log.error("enquiry_not_stored", form=slug, reason=str(error))  # noqa: TRY400 (the reason suffices)
            return self._page(offered, form, visit, Rejection(HTTPStatus.SERVICE_UNAVAILABLE, NOT_SENT_YET))
        if enquiry is not None:
            address = offered.definition.thanks_url or self._receipt_address(enquiry)
            return redirect(address, code=HTTPStatus.SEE_OTHER)
        notice = "" if token and not token.is_expired else CHECK_AND_SEND_AGAIN
        return self._page(offered, form, visit, Rejection(HTTPStatus.UNPROCESSABLE_ENTITY, notice))

    def health(self) -> Response:
        """Say that the process lives."""
        response = make_response("ok\n")
        response.mimetype = "text/plain"
        response.headers["Cache-Control"] = "no-store"
        return response

    def _stored(self, form: EnquiryForm, token: FormToken, sent: Sent) -> Enquiry | None:
        """Return the enquiry, or None when the token has expired and this was never sent before."""
        answers = form.answers()
        if token.is_expired:
            return self._service.find_submitted(answers, token.submission_key)
        attribution = parse_attribution(
            sent.items(multi=True), sent.get(REFERRER, ""), sent.get(LANDING_ADDRESS, "")
        )
        return self._service.submit(form.definition, answers, attribution, token.submission_key)

    def _visit_again(self, slug: str, token: FormToken | None, sent: Sent) -> HiddenState:
        is_good = token is not None and not token.is_expired
        return HiddenState(
            sent["token"] if is_good else self._tokens.issue(slug),
            carried_parameters(sent.items(multi=True)),
            carried_address(sent.get(REFERRER, "")),
            carried_address(sent.get(LANDING_ADDRESS, "")),
        )

    def _page(
        self,
        offered: LocalizedForm,
        form: EnquiryForm,
        visit: HiddenState,
        not_taken: Rejection | None = None,
    ) -> Response:
        definition = offered.definition
        # Not the page's own address: what is sent to an address makes the browser forget the page that it has
        # of it (RFC 9111, 4.4), and the back button must bring back this very page, token and all.
        action = url_for("enquire.submit", slug=definition.slug, sent=1, **offered.in_addresses)
        submit = definition.submit or offered.language.gettext("Send enquiry")
        typed_in: dict[str, Any] = {TYPED_IN: offered.language.tag}
        others = tuple(
            LanguageLink(each, url_for("enquire.submit", slug=definition.slug, lang=each.tag, **typed_in))
            for each in offered.others
        )
        page = FormPage(
            definition.title,
            definition.intro,
            submit,
            action,
            visit.hidden(),
            languages=others,
            notes_token=request.method != "POST",
        )
        response = page.show(form, self._public_url, not_taken)
        # Not no-store, for the same reason.
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    def _receipt_address(self, enquiry: Enquiry) -> str:
        return self._public_url + url_for(
            "receipt.show", token=self._tokens.receipt(enquiry.reference, enquiry.form)
        )
