"""Keeps from the application what no browser sends: headers that take long to read.

gunicorn joins headers of one name, so that one can have half a megabyte of which each part is within limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

LONGEST: Final = 1000
"""Characters of a header that is taken apart; those of browsers have a tenth."""

NOT_TAKEN_APART: Final = frozenset({"HTTP_HOST", "HTTP_REFERER", "HTTP_COOKIE"})

OF_PROXIES: Final = "HTTP_X_FORWARDED_"
"""What proxies write into these stands at their end, behind whatever a client sent."""


def without_long_headers(app: WSGIApplication) -> WSGIApplication:
    """Return the application as it is without headers that are too long to be taken apart."""

    def shortened(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        for name in [each for each in environ if each.startswith("HTTP_") or each == "CONTENT_TYPE"]:
            if len(environ[name]) <= LONGEST or name in NOT_TAKEN_APART:
                continue
            if name.startswith(OF_PROXIES):
                environ[name] = environ[name][-LONGEST:]
            else:
                del environ[name]
        return app(environ, start_response)

    return shortened
