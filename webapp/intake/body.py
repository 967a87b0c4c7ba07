"""Reads what a form sent: whole, or not at all."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from flask import abort, request
from werkzeug.datastructures import MultiDict

LONGEST_SILENCE: Final = 10
"""Seconds for which a visitor's line may be silent amid a body, before its thread serves somebody else."""

URL_ENCODED: Final = "application/x-www-form-urlencoded"


def read_sent_form() -> MultiDict[str, str]:
    """Return the fields of the request's body; bytes that are no UTF-8 become U+FFFD.

    Raises:
        BadRequest: the line broke before the whole body had come; half an enquiry is none.
        RequestEntityTooLarge: the body is longer than it may be.
    """
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
    return MultiDict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True, errors="replace"))
