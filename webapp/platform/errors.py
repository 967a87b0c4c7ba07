"""How a call can fail, as a small tree of errors whose class says what to do next."""

from __future__ import annotations

from typing import Final

MAX_MESSAGE_CHARACTERS: Final = 1000


class PlatformError(Exception):
    """A call that did not succeed.

    The message is one sentence, with the platform's own words where it gave any, and in a form that every
    database can store. ``http_status`` and ``specific_code`` are None where there was no answer or no code.
    """

    def __init__(
        self, message: str, *, http_status: int | None = None, specific_code: int | None = None
    ) -> None:
        self.message = printable(message, MAX_MESSAGE_CHARACTERS)
        super().__init__(self.message)
        self.http_status = http_status
        self.specific_code = specific_code


class Retryable(PlatformError):
    """The platform did not accept the request: it is safe to send it again later.

    ``retry_after`` is the number of seconds that the platform asked to wait, or None.
    """

    def __init__(
        self,
        message: str,
        *,
        http_status: int | None = None,
        specific_code: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, http_status=http_status, specific_code=specific_code)
        self.retry_after = retry_after


class Unclear(PlatformError):
    """The request may or may not have been accepted: it must be reconciled, never blindly sent again."""


class PermanentlyRefused(PlatformError):
    """The platform refused this one request for good: a person must step in."""


class AccountRejected(PlatformError):
    """The platform refuses every request until our key or clock is corrected; this one is not at fault."""


def printable(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of a text, with spaces for those that cannot be printed."""
    cut = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return "".join(character if character.isprintable() else " " for character in cut)
