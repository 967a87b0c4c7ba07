"""Refuses requests that name no host that an address can be built on, before anything builds one."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address
from typing import Any, Final

from flask import Flask, Request
from werkzeug.exceptions import SecurityError
from werkzeug.sansio.utils import get_current_url
from werkzeug.utils import cached_property

from webapp.web.request_body import FormRequest

NO_HOST: Final = "host.invalid"
MAX_NAME: Final = 253
MAX_PORT: Final = 65535
LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
HOST: Final = re.compile(
    rf"(?:\[(?P<ipv6>[0-9a-f:.]{{2,45}})\]|(?P<name>{LABEL}(?:\.{LABEL})*)\.?)(?::(?P<port>[0-9]{{1,5}}))?",
    re.ASCII | re.IGNORECASE,
)
"""A name by RFC 1123, whose labels have at most 63 letters, or an address, and perhaps a port (RFC 3986).

Names of containers have underscores too, and a proxy may pass those on.
"""


def is_host(text: str) -> bool:
    """Say whether a ``Host`` header names a host, so that IDNA and URLs can take it."""
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
    """A request to any host, also one whose name Python cannot show in letters."""

    @cached_property
    def url(self) -> str:
        """The address that was asked for, readable where it can be.

        Python's IDNA is that of 2003, which does not know names with ß, nor names that only look encoded.
        """
        parts = self.root_path, self.path, self.query_string
        host = self.host or self.headers.get("Host", "")  # Werkzeug takes no underscores
        try:
            return get_current_url(self.scheme, host, *parts)
        except UnicodeError:
            return get_current_url(self.scheme, NO_HOST, *parts).replace(NO_HOST, host, 1)


class HostCheckingFlask(Flask):
    """An application that builds no address on what is none, whoever sent it: the client or a proxy."""

    request_class = HostCheckedRequest

    def create_url_adapter(self, request: Request | None) -> Any:
        """Return what builds addresses for a request.

        Raises:
            SecurityError: the request names no host, or no scheme of HTTP; Flask answers it as any other.
        """
        if request is not None:
            # Only before HTTP/1.1 could a request do without (RFC 9112, 3.2).
            without = "" if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.1" else "localhost"
            is_http = request.scheme.lower() in {"http", "https"}  # as a proxy writes it
            if not is_http or not is_host(request.environ.get("HTTP_HOST", without)):
                raise SecurityError
        return super().create_url_adapter(request)
