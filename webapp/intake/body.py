"""Reads what a form sent: whole, or not at all."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from flask import abort, request
from werkzeug.datastructures import MultiDict

from webapp.forms.definition import FormDefinition
from webapp.forms.kind import TYPED

LONGEST_SILENCE: Final = 10
"""Seconds for which a visitor's line may be silent amid a body, before its thread serves somebody else."""

URL_ENCODED: Final = "application/x-www-form-urlencoded"


LONGEST_BODY: Final = 64 * 1024
MOST_PARTS: Final = 1000
"""Names with a value that a body may have, however short: what each costs comes on top of its bytes."""
BYTES_OF_A_CHARACTER: Final = 12
"""The most that a form's body spends on one: four bytes of UTF-8, each written %XX."""


def longest_body(*definitions: FormDefinition) -> int:
    """Return the bytes that a body may have, with room for the longest answers to any of the forms."""
    typed = (
        sum(question.longest for question in each.questions if question.kind in TYPED) for each in definitions
    )
    return LONGEST_BODY + BYTES_OF_A_CHARACTER * max(typed)


def read_sent_form(longest: int) -> MultiDict[str, str]:
    """Return the fields of the request's body; bytes that are no UTF-8 become U+FFFD.

    ``longest`` is the number of bytes that it may have.

    Raises:
        BadRequest: the line broke before the whole body had come; half an enquiry is none.
        RequestEntityTooLarge: the body is longer than it may be, or has too many parts.
    """
    request.max_content_length = request.max_form_memory_size = longest
    request.max_form_parts = MOST_PARTS
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(LONGEST_SILENCE)
    body = request.get_data()
    if request.content_length is None:
        # A body of unknown length is cut at the limit without a word; reading on tells, by a 413.
        request.stream.read(1)
    elif len(body) < request.content_length:
        abort(400)
    if request.mimetype != URL_ENCODED:
        return request.form
    # Werkzeug would keep bytes that are no UTF-8 as percent signs and digits, as if they had been typed.
    text = body.decode(errors="replace")
    if text.count("&") >= MOST_PARTS:
        abort(413)
    return MultiDict(parse_qsl(text, keep_blank_values=True, errors="replace"))
