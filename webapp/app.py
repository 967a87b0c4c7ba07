"""Wires the web application together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask
from flask_compress import Compress
from jinja2 import DictLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.enquiry import utc_now
from webapp.formfile.reader import Forms
from webapp.outbox.database import Database
from webapp.outbox.store import EnquiryStore
from webapp.resources import resource_folder
from webapp.settings.model import Settings
from webapp.web.localized_forms import LocalizedForms
from webapp.web.pages.change import ChangePages, fixed_questions
from webapp.web.pages.enquire import EnquirePages
from webapp.web.pages.errors import ErrorPages
from webapp.web.pages.health import show_health
from webapp.web.pages.receipt import ReceiptLookup, ReceiptPages
from webapp.web.pages.theme_assets import ThemeAssets
from webapp.web.request_body import MAX_BODY, longest_body
from webapp.web.request_headers import HostCheckingFlask, without_long_headers
from webapp.web.security_headers import add_security_headers
from webapp.web.static_files import StaticFiles
from webapp.web.submission import EnquiryService
from webapp.web.tokens import Tokens


def create_app(
    settings: Settings, forms: Forms, database: Database, now: Callable[[], datetime] = utc_now
) -> Flask:
    """Return the web application; it connects to nothing before the first request.

    ``now`` is the clock that dates enquiries and decides which day is today.
    """
    app = _bare_app(settings, forms)
    tokens = _tokens(settings)
    service = EnquiryService(EnquiryStore(database), now)
    default_form = settings.default_form or next(iter(forms))
    public_url = settings.public_url or ""
    localized = LocalizedForms(forms)
    errors = ErrorPages(localized, default_form, tokens)
    receipts = ReceiptLookup(localized, service, tokens)
    changeable = LocalizedForms(forms, fixed_questions)
    static_files = StaticFiles(resource_folder("static"))
    themes = ThemeAssets(forms, forms.logos)
    for pages in (
        EnquirePages(localized, default_form, service, tokens, public_url),
        ReceiptPages(receipts, service, errors),
        ChangePages(changeable, service, tokens, errors, public_url=public_url),
        themes,
        static_files,
    ):
        app.register_blueprint(pages.blueprint())
    app.add_url_rule("/healthz", "health", show_health)
    app.after_request(add_security_headers)
    errors.register(app)
    app.jinja_env.globals |= {
        "static_address": static_files.get_address,
        "page_theme": themes.get_page_theme,
    }
    Compress(app)
    _bound_headers(app, settings.proxy_hops)
    return app


def _bare_app(settings: Settings, forms: Forms) -> Flask:
    app = HostCheckingFlask(__name__, template_folder=None, static_folder=None)
    app.jinja_loader = templates_in(resource_folder("templates"))
    app.config.update(
        # Pages that take a form raise this to what its longest answers need.
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        # The longest body that the server collects for the application (webapp/server).
        MAX_FORM_BODY=longest_body(*forms.values()),
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        COMPRESS_MIMETYPES=["text/html", "text/css", "image/svg+xml"],
        COMPRESS_ALGORITHM=["br", "gzip"],
    )
    return app


def _tokens(settings: Settings) -> Tokens:
    keys = [settings.secret_key, *settings.secret_key_fallbacks]
    return Tokens([key.get_secret_value() for key in keys])


def _bound_headers(app: Flask, hops: int) -> None:
    """Believe this many proxies, and drop headers that take long to parse."""
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's documented way
    app.wsgi_app = without_long_headers(app.wsgi_app)  # type: ignore[method-assign,assignment]  # as above


def templates_in(folder: Path) -> DictLoader:
    """Read the templates once, so that a running process does not depend on the folder."""
    return DictLoader({path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")})
