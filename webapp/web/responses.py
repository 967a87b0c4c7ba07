"""Renders a page in a language."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Response, make_response, render_template

from webapp.forms.definition import FormDefinition
from webapp.languages.language import Language
from webapp.web.security_headers import form_policy

RETRY_AFTER: Final = "10"
"""Seconds, from a page that needed the database while it could not be reached."""


def render(
    template: str,
    language: Language,
    definition: FormDefinition,
    status: HTTPStatus = HTTPStatus.OK,
    **values: object,
) -> Response:
    """Return a page about a form; in templates ``_`` says a message in the language."""
    said = {"_": language.gettext, "language": language, "definition": definition, **values}
    response = make_response(render_template(template, **said), status)
    response.headers["Content-Language"] = language.tag
    # A page that follows the form stands in the same frame.
    response.headers["Content-Security-Policy"] = form_policy(definition)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = RETRY_AFTER
    response.vary.add("Accept-Language")
    return response
