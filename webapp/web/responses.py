"""Renders a page in a language, with the headers that go with it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Response, make_response, render_template

from webapp.forms.definition import FormDefinition
from webapp.languages.language import Language
from webapp.web.security_headers import form_policy

RETRY_AFTER: Final = "10"
"""Seconds, for a page that could not be made without the database."""


def render(
    template: str,
    language: Language,
    definition: FormDefinition,
    status: HTTPStatus = HTTPStatus.OK,
    **values: object,
) -> Response:
    """Return a page about a form; in templates ``_`` translates a message into the language."""
    context = {"_": language.gettext, "language": language, "definition": definition, **values}
    response = make_response(render_template(template, **context), status)
    response.headers["Content-Language"] = language.tag
    # The pages after the form are shown in the same frame.
    response.headers["Content-Security-Policy"] = form_policy(definition)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = RETRY_AFTER
    response.vary.add("Accept-Language")
    return response
