"""Checks who signed a request (platform contract, A request)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from werkzeug.datastructures import Headers

from webapp.sandbox.refusal import RefusalError, SpecificCode, not_valid

API_VERSION = "1.0"
CONTENT_TYPE = "application/json"
DATE_TOLERANCE = timedelta(minutes=5)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")


@dataclass(frozen=True)
class SignedRequest:
    """What a signature covers, and the signature; ``target`` is the path and the query, as sent."""

    target: str
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """Return a header's value; empty if it was not sent."""
        return self.headers.get(name, "")


def content_md5(body: bytes) -> str:
    """Return the lower-case hex MD5 of a body's bytes (platform contract, A request)."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def string_to_sign(request: SignedRequest) -> str:
    """Return the text that is signed; its Date part is empty because IVVY-Date is used."""
    return "".join(
        (
            "POST",
            request.header("Content-MD5"),
            request.header("Content-Type"),
            "",
            request.target,
            request.header("X-Api-Version"),
            f"ivvydate={request.header('IVVY-Date')}",
        )
    ).lower()


def signature(secret: str, text: str) -> str:
    """Return the lower-case hex HMAC-SHA1 of a text (platform contract, A request)."""
    return hmac.digest(secret.encode(), text.encode(), "sha1").hex()


class Authentication:
    """Refuses callers that may not call; ``clock`` is the platform's."""

    def __init__(self, key: str, secret: str, clock: Callable[[], datetime]) -> None:
        self._key = key
        self._secret = secret
        self._clock = clock

    def check(self, request: SignedRequest, *, key_revoked: bool) -> None:
        """Accept a request that is signed correctly.

        Raises:
            RefusalError: 406, 400, 401 or 463; the first check that fails decides.
        """
        _check_content_type(request)
        _check_version(request)
        key, given = _credentials(request)
        self._check_date(request)
        if not _same(key, self._key):
            raise RefusalError(401, "The API key is not known.")
        if key_revoked:
            raise RefusalError(463, "The API key has been revoked.")
        if not _same(request.header("Content-MD5"), content_md5(request.body)):
            raise RefusalError(401, "Content-MD5 is not the digest of the body.")
        if not _same(given, signature(self._secret, string_to_sign(request))):
            raise RefusalError(401, "The signature is wrong.")

    def _check_date(self, request: SignedRequest) -> None:
        sent = _parse_date(request.header("IVVY-Date"))
        # "More than five minutes": exactly five are still accepted.
        if sent is None or abs(self._clock() - sent) > DATE_TOLERANCE:
            raise RefusalError(
                401,
                "IVVY-Date is not within five minutes of the platform's time.",
                specific_code=SpecificCode.DATE_OUTSIDE_FIVE_MINUTES,
            )


def _check_content_type(request: SignedRequest) -> None:
    media_type = request.header("Content-Type").partition(";")[0].strip().lower()
    if media_type != CONTENT_TYPE:
        raise RefusalError(406, f"The Content-Type must be {CONTENT_TYPE}.")


def _check_version(request: SignedRequest) -> None:
    if request.header("X-Api-Version") != API_VERSION:
        raise not_valid(f"X-Api-Version: must be {API_VERSION}")


def _credentials(request: SignedRequest) -> tuple[str, str]:
    scheme, _, credentials = request.header("X-Api-Authorization").partition(" ")
    key, colon, given = credentials.rpartition(":")
    if scheme != "IWS" or not colon:
        raise RefusalError(401, "X-Api-Authorization must be 'IWS {key}:{signature}'.")
    return key, given


def _parse_date(text: str) -> datetime | None:
    # strptime alone would also take 2012-4-3, which the contract does not allow.
    if not _DATE.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
