"""Keeps out what no browser sends: hosts that no address can be built on, headers that take long to parse.

gunicorn joins headers of one name, so one can have half a megabyte although each part is within its limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv6Address
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Request
from werkzeug.exceptions import SecurityError
from werkzeug.sansio.utils import get_current_url
from werkzeug.utils import cached_property

from webapp.web.request_body import FormRequest

MAX_HEADER: Final = 1000
"""Characters of a header that is parsed; those of browsers have a tenth."""

NEVER_PARSED: Final = frozenset({"HTTP_HOST", "HTTP_REFERER", "HTTP_COOKIE"})

FORWARDED: Final = "HTTP_X_FORWARDED_"
"""A proxy writes at the end of these, after whatever the client sent."""

NO_HOST: Final = "host.invalid"
MAX_NAME: Final = 253
MAX_PORT: Final = 65535
LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
HOST: Final = re.compile(
    rf"(?:\[(?P<ipv6>[0-9a-f:.]{{2,45}})\]|(?P<name>{LABEL}(?:\.{LABEL})*)\.?)(?::(?P<port>[0-9]{{1,5}}))?",
    re.ASCII | re.IGNORECASE,
)
"""A name by RFC 1123, whose labels have at most 63 letters, or an address, and perhaps a port (RFC 3986).

Container names have underscores too, and a proxy may pass them on.
"""


def without_long_headers(app: WSGIApplication) -> WSGIApplication:
    """Return the application as it behaves without headers that are too long to parse."""

    def shortened(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        for name in [name for name in environ if name.startswith("HTTP_") or name == "CONTENT_TYPE"]:
            if len(environ[name]) <= MAX_HEADER or name in NEVER_PARSED:
                continue
            if name.startswith(FORWARDED):
                environ[name] = environ[name][-MAX_HEADER:]
            else:
                del environ[name]
        return app(environ, start_response)

    return shortened


def is_host(text: str) -> bool:
    """Say whether a ``Host`` header names a host that IDNA and URLs can take."""
    found = HOST.fullmatch(text)
    if found is None or not 0 < int(found["port"] or 1) <= MAX_PORT:
        return False
    if found["ipv6"] is None:
        return len(found["name"]) <= MAX_NAME
    try:
        IPv6Address(found["ipv6"])
    except AddressValueError:
        return False
    return True


class HostCheckedRequest(FormRequest):
    """A request to any host, even one whose name Python cannot decode from IDNA."""

    @cached_property
    def url(self) -> str:
        """The address that was asked for, decoded where it can be.

        Python's IDNA is that of 2003, which does not know names with ß, nor names that only look encoded.
        """
        parts = self.root_path, self.path, self.query_string
        host = self.host or self.headers.get("Host", "")  # Werkzeug takes no underscores
        try:
            return get_current_url(self.scheme, host, *parts)
        except UnicodeError:
            return get_current_url(self.scheme, NO_HOST, *parts).replace(NO_HOST, host, 1)


class HostCheckingFlask(Flask):
    """An application that builds no address on a bad host, whoever sent it: the client or a proxy."""

    request_class = HostCheckedRequest

    def create_url_adapter(self, request: Request | None) -> Any:
        """Return what builds addresses for a request.

        Raises:
            SecurityError: the request names no host, or its scheme is not HTTP's; Flask answers with 400.
        """
        if request is not None:
            # Only before HTTP/1.1 could a request do without (RFC 9112, 3.2).
            default = "" if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.1" else "localhost"
            is_http = request.scheme.lower() in {"http", "https"}  # as a proxy writes it
            if not is_http or not is_host(request.environ.get("HTTP_HOST", default)):
                raise SecurityError
        return super().create_url_adapter(request)
