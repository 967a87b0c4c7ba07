"""How each form looks beyond the stylesheet: its theme's custom properties, and its logo."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, url_for

from webapp.forms.definition import FormDefinition
from webapp.intake.static_files import digest_of

FOR_EVER: Final = "public, max-age=315360000, immutable"
"""The addresses hold a digest of the content, as those of static files do."""

WITHIN_AN_IMAGE: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""An SVG that is opened by itself may style itself, and do nothing else."""


@dataclass(frozen=True, slots=True)
class Look:
    """The addresses of a form's theme and logo, each empty where it has none, and the schemes it comes in."""

    stylesheet: str
    logo: str
    schemes: str


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    mimetype: str

    def response(self) -> Response:
        response = Response(self.content, mimetype=self.mimetype)
        response.headers["Cache-Control"] = FOR_EVER
        return response


class Looks:
    """The themes and logos of all forms.

    Args:
        forms: the forms by slug.
        folder: where the forms file is, and the logos that it names.
    """

    def __init__(self, forms: Mapping[str, FormDefinition], folder: Path) -> None:
        themes = {slug: form.theme.stylesheet() for slug, form in forms.items()}
        self._themes = {slug: _File(css.encode(), "text/css") for slug, css in themes.items() if css}
        self._logos = {
            slug: _File((folder / form.theme.logo).read_bytes(), _image_type(form.theme.logo))
            for slug, form in forms.items()
            if form.theme.logo
        }

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("look", __name__)
        routes.add_url_rule("/f/<slug>/theme.css", "theme", self.theme)
        routes.add_url_rule("/f/<slug>/logo", "logo", self.logo)
        return routes

    def theme(self, slug: str) -> Response:
        """Hand out the stylesheet of a form's theme."""
        return self._themes[slug].response() if slug in self._themes else abort(HTTPStatus.NOT_FOUND)

    def logo(self, slug: str) -> Response:
        """Hand out a form's logo."""
        if slug not in self._logos:
            abort(HTTPStatus.NOT_FOUND)
        response = self._logos[slug].response()
        response.headers["Content-Security-Policy"] = WITHIN_AN_IMAGE
        return response

    def of(self, form: FormDefinition) -> Look:
        """Return how a form looks."""
        theme, logo = self._themes.get(form.slug), self._logos.get(form.slug)
        return Look(
            url_for("look.theme", slug=form.slug, v=digest_of(theme.content)) if theme else "",
            url_for("look.logo", slug=form.slug, v=digest_of(logo.content)) if logo else "",
            form.theme.schemes,
        )


def _image_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
