"""Step 1: the page on which an enquiry is made."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from webapp.languages.language import N_, get_language, supported_language
from webapp.web.attribution import (
    LANDING_ADDRESS,
    REFERRER,
    carried_address,
    carried_parameters,
    parse_attribution,
)
from webapp.web.form.enquiry_form import EnquiryForm
from webapp.web.form.language_switch import convert_answers
from webapp.web.localized_forms import LocalizedForms
from webapp.web.pages.form_page import FormPage, LanguageLink, Rejection
from webapp.web.pages.submit import FormView
from webapp.web.request_body import SentFields
from webapp.web.submission import EnquiryService
from webapp.web.tokens import FormToken, Tokens

SWITCH: Final = "switch"
"""The name of the buttons that ask for the page in another language, as it stands."""

TYPED_IN: Final = "typed_in"
"""The parameter, in the address of such a button, that names the language of the page it is on."""


class EnquireView(FormView):
    """The page, for one request."""

    expired = N_(
        "Your enquiry has not been sent yet: this page had been open for too long. "
        "Check what you typed and send it again."
    )
    not_stored = N_(
        "Your enquiry has not been sent yet: we could not store it just now. "
        "What you typed is kept below. Send it again in a moment."
    )
    not_stored_event = "enquiry_not_stored"

    def switch_language(self, form: EnquiryForm, sent: SentFields) -> bool:
        """Convert what was typed where a button for another language was pressed."""
        if SWITCH not in sent:
            return False
        before = supported_language(request.args.get(TYPED_IN))
        if before is not None:
            convert_answers(form, get_language(before, self.localized.definition.region))
        return True

    def store(self, form: EnquiryForm, token: FormToken, sent: SentFields) -> str | None:
        """Store the enquiry and return the address of its receipt, or of the form's own page of thanks."""
        answers, definition = form.answers(), self.localized.definition
        if token.is_expired:
            enquiry = self.service.find_submitted(answers, token.submission_key)
        else:
            attribution = parse_attribution(
                sent.items(multi=True), sent.get(REFERRER, ""), sent.get(LANDING_ADDRESS, "")
            )
            enquiry = self.service.submit(self.localized, answers, attribution, token.submission_key)
        if enquiry is None:
            return None
        receipt = self.tokens.issue_receipt(enquiry.reference, enquiry.form)
        return definition.thanks_url or self.public_url + url_for("receipt.show", token=receipt)

    def show(
        self,
        form: EnquiryForm,
        token: str,
        sent: SentFields | None = None,
        rejection: Rejection | None = None,
    ) -> Response:
        """Return the page, which carries the campaign that the visitor came from."""
        localized, definition = self.localized, self.localized.definition
        # Not the page's own address: what is sent to an address makes the browser forget the page that it has
        # of it (RFC 9111, 4.4), and the back button must bring back this very page, token and all.
        action = url_for("enquire.submit", slug=definition.slug, sent=1, **localized.in_addresses)
        typed_in: dict[str, Any] = {TYPED_IN: localized.language.tag}
        languages = tuple(
            LanguageLink(
                language, url_for("enquire.submit", slug=definition.slug, lang=language.tag, **typed_in)
            )
            for language in localized.others
        )
        page = FormPage(
            definition.title,
            definition.intro,
            definition.submit or localized.language.gettext("Send enquiry"),
            action,
            [("token", token), *_carried_inputs(sent)],
            languages=languages,
            notes_token=sent is None,
        )
        response = page.show(form, self.public_url, rejection)
        # Not no-store, for the same reason.
        response.headers["Cache-Control"] = "private, no-cache"
        return response


class EnquirePages:
    """The routes on which an enquiry is made.

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
        routes.add_url_rule("/f/<slug>", "form", self.show)
        routes.add_url_rule("/f/<slug>", "submit", self.submit, methods=["POST"])
        return routes

    def index(self) -> AnyResponse:
        """Lead to the default form, with the campaign."""
        query = request.query_string.decode("latin-1")
        address = url_for("enquire.form", slug=self._default_form)
        return redirect(f"{address}?{query}" if query else address)

    def show(self, slug: str) -> Response:
        """Show the form, with the campaign that its link names."""
        return self._view(slug).open()

    def submit(self, slug: str) -> AnyResponse:
        """Store what was sent and lead to the receipt, or show the form again with what is wrong."""
        return self._view(slug).submit()

    def _view(self, slug: str) -> EnquireView:
        return EnquireView(
            localized=self._forms.find(slug),
            service=self._service,
            tokens=self._tokens,
            token_subject=slug,
            public_url=self._public_url,
        )


def _carried_inputs(sent: SentFields | None) -> list[tuple[str, str]]:
    """Return what the page carries unseen until it is taken: the campaign, as the request brought it."""
    pairs, referrer, landing_address = (
        (request.args, request.referrer or "", request.url)
        if sent is None
        else (sent, sent.get(REFERRER, ""), sent.get(LANDING_ADDRESS, ""))
    )
    carried = {
        **carried_parameters(pairs.items(multi=True)),
        REFERRER: carried_address(referrer),
        LANDING_ADDRESS: carried_address(landing_address),
    }
    return [(name, value) for name, value in carried.items() if value]
