"""Signs what goes to the visitor and must not come back forged: form tokens and receipt addresses."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from itsdangerous import BadData, SignatureExpired, URLSafeSerializer, URLSafeTimedSerializer

TOKEN_LIFETIME: Final = 24 * 3600
"""Seconds for which a form can be sent after it was shown."""

MAX_TOKEN: Final = 512
"""Characters; a token that is issued here has fewer than half as many."""

SIGNER: Final[dict[str, Any]] = {"digest_method": hashlib.sha256}


class InvalidTokenError(Exception):
    """The token was not issued here, or for another form."""


@dataclass(frozen=True, slots=True)
class FormToken:
    """What a form's token says: the submission key, and whether it came back in time."""

    submission_key: str
    is_expired: bool = False


class Tokens:
    """Signs with the first key, and takes what any of the keys has signed.

    Args:
        keys: the secret key, then those it replaced.
        lifetime: seconds for which a form's token is valid.
    """

    def __init__(self, keys: Sequence[str], lifetime: int = TOKEN_LIFETIME) -> None:
        oldest_first = list(reversed(keys))
        self._forms = URLSafeTimedSerializer(oldest_first, salt="leadform.form", signer_kwargs=SIGNER)
        self._receipts = URLSafeSerializer(oldest_first, salt="leadform.receipt", signer_kwargs=SIGNER)
        self._lifetime = lifetime

    def issue(self, slug: str) -> str:
        """Return a fresh token for a form."""
        return self._forms.dumps([slug, secrets.token_urlsafe(16)])

    def read(self, token: str, slug: str) -> FormToken:
        """Return what a form's token says.

        Raises:
            InvalidTokenError: it was not issued here for this form.
        """
        is_expired = False
        try:
            content = self._forms.loads(_not_too_long(token), max_age=self._lifetime)
        except SignatureExpired as error:
            content, is_expired = self._forms.load_payload(error.payload or b""), True
        except BadData as error:
            raise InvalidTokenError("The token was not issued here") from error
        if content[0] != slug:
            raise InvalidTokenError("The token was issued for another form")
        return FormToken(content[1], is_expired)

    def get_form(self, token: str) -> str | None:
        """Return the form that a token was issued for, or None when it was not issued here."""
        try:
            return str(self._forms.loads(_not_too_long(token))[0])
        except BadData:
            return None

    def issue_receipt(self, reference: str, slug: str) -> str:
        """Return the last part of a receipt's address; it names the form too, for when nothing else can."""
        return self._receipts.dumps([reference, slug])

    def read_receipt(self, token: str) -> str | None:
        """Return the reference that a receipt's address stands for, or None when it was not issued here."""
        return self._receipt(token)[0]

    def read_receipt_form(self, token: str) -> str | None:
        """Return the slug of the form that a receipt is of, or None when its address does not say."""
        return self._receipt(token)[1]

    def _receipt(self, token: str) -> tuple[str | None, str | None]:
        try:
            content = self._receipts.loads(_not_too_long(token))
        except BadData:
            return None, None
        # Addresses that were given out before they named the form hold the reference alone.
        return (content, None) if isinstance(content, str) else (content[0], content[1])


def _not_too_long(token: str) -> str:
    """Return a token unless it is too long to be one of ours.

    Raises:
        BadData: it is; nothing of it was read.
    """
    if len(token) > MAX_TOKEN:
        raise BadData("The token is too long")
    return token
