"""Puts the visitor's side together: wiring only."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.enquiry import utc_now
from webapp.formfile.reader import Forms
from webapp.intake.amending import AmendViews
from webapp.intake.body import LONGEST_BODY
from webapp.intake.headers import add_security_headers
from webapp.intake.pages import register_problem_pages
from webapp.intake.receipt import ReceiptViews
from webapp.intake.received import ReceivedEnquiries
from webapp.intake.service import EnquiryService
from webapp.intake.tokens import Tokens
from webapp.intake.views import FormViews
from webapp.outbox.database import Database
from webapp.outbox.store import EnquiryStore
from webapp.settings import Settings

PROJECT: Final = Path(__file__).resolve().parent.parent


def create_app(settings: Settings, forms: Forms, database: Database) -> Flask:
    """Return the web application; it connects to nothing before the first request."""
    app = Flask(__name__, template_folder=PROJECT / "templates", static_folder=PROJECT / "static")
    app.config.update(
        # The pages that take a form allow for its longest answers.
        MAX_CONTENT_LENGTH=LONGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LONGEST_BODY,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
    )
    keys = [settings.secret_key, *settings.secret_key_fallbacks]
    tokens = Tokens([key.get_secret_value() for key in keys])
    service = EnquiryService(EnquiryStore(database), utc_now)
    default_form = settings.default_form or next(iter(forms))
    public_url = settings.public_url or ""
    views = FormViews(forms, default_form, service, tokens, public_url)
    app.register_blueprint(views.blueprint())
    received = ReceivedEnquiries(forms, service, tokens)
    app.register_blueprint(ReceiptViews(received, service).blueprint())
    amend_views = AmendViews(forms, received, service, tokens, public_url=public_url)
    app.register_blueprint(amend_views.blueprint())
    app.after_request(add_security_headers)
    register_problem_pages(app, views.default_link)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's documented way
    return app
