"""How each form looks beyond the stylesheet: its theme's custom properties, and its logo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, request, url_for

from webapp.forms.definition import FormDefinition
from webapp.forms.theme import IMAGES
from webapp.web.static_files import IMMUTABLE, make_digest

REVALIDATE: Final = "no-cache"
"""For an address with no digest, or with that of other content, as while the forms file changes."""

IMAGE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""An SVG that is opened on its own may style itself, and do nothing else."""


@dataclass(frozen=True, slots=True)
class PageTheme:
    """The addresses of a form's theme and logo, empty where it has none, and its colour schemes."""

    stylesheet: str
    logo: str
    schemes: str


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    mimetype: str

    @property
    def digest(self) -> str:
        return make_digest(self.content)

    def response(self) -> Response:
        response = Response(self.content, mimetype=self.mimetype)
        is_current = request.args.get("v") == self.digest
        response.headers["Cache-Control"] = IMMUTABLE if is_current else REVALIDATE
        return response


class ThemeAssets:
    """The themes and logos of all forms.

    Args:
        forms: the forms by slug.
        logos: the content of each form's logo, by slug.
    """

    def __init__(self, forms: Mapping[str, FormDefinition], logos: Mapping[str, bytes]) -> None:
        themes = {slug: form.theme.stylesheet() for slug, form in forms.items()}
        self._themes = {slug: _File(css.encode(), "text/css") for slug, css in themes.items() if css}
        self._logos = {
            slug: _image(form.theme.logo, logos[slug]) for slug, form in forms.items() if form.theme.logo
        }

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("theme_assets", __name__)
        routes.add_url_rule("/f/<slug>/theme.css", "theme", self.theme)
        routes.add_url_rule("/f/<slug>/logo", "logo", self.logo)
        return routes

    def theme(self, slug: str) -> Response:
        """Serve the stylesheet of a form's theme."""
        return self._themes[slug].response() if slug in self._themes else abort(HTTPStatus.NOT_FOUND)

    def logo(self, slug: str) -> Response:
        """Serve a form's logo."""
        if slug not in self._logos:
            abort(HTTPStatus.NOT_FOUND)
        response = self._logos[slug].response()
        response.headers["Content-Security-Policy"] = IMAGE_POLICY
        return response

    def of(self, form: FormDefinition) -> PageTheme:
        """Return how a form looks."""
        theme, logo = self._themes.get(form.slug), self._logos.get(form.slug)
        return PageTheme(
            url_for("theme_assets.theme", slug=form.slug, v=theme.digest) if theme else "",
            url_for("theme_assets.logo", slug=form.slug, v=logo.digest) if logo else "",
            form.theme.schemes,
        )


def _image(name: str, content: bytes) -> _File:
    return _File(content, IMAGES[Path(name).suffix.lower()])
