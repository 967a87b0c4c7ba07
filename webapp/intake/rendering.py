"""Renders a page in a language."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, make_response, render_template

from webapp.forms.definition import FormDefinition
from webapp.languages.language import Language


def render(
    template: str,
    language: Language,
    definition: FormDefinition,
    status: HTTPStatus = HTTPStatus.OK,
    **values: object,
) -> Response:
    """Return a page about a form; in templates ``_`` says a message in the language."""
    said = {"_": language.say, "language": language, "definition": definition, **values}
    response = make_response(render_template(template, **said), status)
    response.headers["Content-Language"] = language.tag
    response.vary.add("Accept-Language")
    return response
