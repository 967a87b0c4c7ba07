"""Reads the body of a form that was sent: all of it, or none."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any, Final
from urllib.parse import parse_qsl

import structlog
from flask import Request, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge

from webapp.forms.definition import FormDefinition

log = structlog.get_logger(__name__)

SentFields = MultiDict[str, str]
"""What a form sent: each value under its field's name, in the order in which they came."""

URL_ENCODED: Final = "application/x-www-form-urlencoded"

MAX_BODY: Final = 64 * 1024
MAX_PARTS: Final = 1000
"""Fields that a body may have, however short; each costs more than its bytes."""
BYTES_OF_A_CHARACTER: Final = 12
"""The most that a body needs for one: four bytes of UTF-8, each written %XX."""


def longest_body(*definitions: FormDefinition) -> int:
    """Return how many bytes a body may have, with room for the longest answers to any of the forms."""
    typed = (
        sum(question.effective_max_length for question in definition.questions if question.kind.is_free_text)
        for definition in definitions
    )
    return MAX_BODY + BYTES_OF_A_CHARACTER * max(typed)


class FormRequest(Request):
    """A request whose body stays in memory: it is small, and a temporary folder may not be there."""

    def _get_file_stream(self, *args: Any, **kwargs: Any) -> IO[bytes]:
        """Return where an uploaded file goes, although no form asks for one."""
        del args, kwargs
        return BytesIO()


def read_sent_form(longest: int) -> SentFields:
    """Return the fields of the request's body; bytes that are not UTF-8 become U+FFFD.

    ``longest`` is the number of bytes that it may have.

    Raises:
        BadRequest: the body is malformed or incomplete; half an enquiry is never taken.
        RequestEntityTooLarge: the body is longer than it may be, or has too many parts.
    """
    request.max_content_length = request.max_form_memory_size = longest
    request.max_form_parts = MAX_PARTS
    try:
        return _parse_fields(_whole_body())
    except HTTPException:
        raise
    except Exception as error:
        # Each server has errors of its own for what it cannot read, and nothing else happens here.
        log.warning("body_not_readable", reason=type(error).__name__)
        raise BadRequest from error


def _whole_body() -> bytes:
    body = request.get_data()
    if request.content_length is None:
        # A body of unknown length is cut at the limit silently; reading on raises the 413.
        request.stream.read(1)
    elif len(body) < request.content_length:
        raise BadRequest
    return body


def _parse_fields(body: bytes) -> SentFields:
    if request.mimetype != URL_ENCODED:
        # A part of a multipart body may have no name.
        return MultiDict((name, value) for name, value in request.form.items(multi=True) if name)
    # Werkzeug would keep bytes that are not UTF-8 as percent signs and digits, as if they had been typed.
    text = body.decode(errors="replace")
    if text.count("&") >= MAX_PARTS:
        raise RequestEntityTooLarge
    return MultiDict(parse_qsl(text, keep_blank_values=True, errors="replace"))
