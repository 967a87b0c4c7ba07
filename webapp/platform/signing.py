"""Signing a request, by the platform contract, "A request"."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

from requests import PreparedRequest
from requests.auth import AuthBase

API_VERSION = "1.0"
CONTENT_TYPE = "application/json"


def content_md5(body: bytes) -> str:
    """Return the lower-case hexadecimal MD5 of a body, which the contract asks for."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def ivvy_date(moment: datetime) -> str:
    """Return a date and time for the ``IVVY-Date`` header: UTC, ``YYYY-MM-DD HH:MM:SS``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def string_to_sign(path_and_query: str, body_md5: str, date: str) -> str:
    """Return the lower-cased concatenation that is signed; its Date part is empty (``IVVY-Date``)."""
    return f"POST{body_md5}{CONTENT_TYPE}{path_and_query}{API_VERSION}ivvydate={date}".lower()


def sign(secret: str, text: str) -> str:
    """Return the lower-case hexadecimal HMAC-SHA1 of a text."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha1).hexdigest()


class Signature(AuthBase):
    """Signs a prepared request exactly as it will be sent, with the date that the outbox stored for it."""

    def __init__(self, key: str, secret: str, request_date: datetime) -> None:
        self._key = key
        self._secret = secret
        self._date = ivvy_date(request_date)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the headers of the contract to the request."""
        body = request.body if isinstance(request.body, bytes) else b""
        digest = content_md5(body)
        text = string_to_sign(request.path_url, digest, self._date)
        request.headers.update(
            {
                "Content-MD5": digest,
                "IVVY-Date": self._date,
                "X-Api-Version": API_VERSION,
                "X-Api-Authorization": f"IWS {self._key}:{sign(self._secret, text)}",
            }
        )
        return request
