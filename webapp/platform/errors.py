"""What can come of a call other than success, as a small tree: each class says what to do next."""

from __future__ import annotations

from typing import Final

MAX_MESSAGE_CHARACTERS: Final = 1000


class PlatformError(Exception):
    """A call that did not succeed; the message is one sentence, in the platform's words where it gave any.

    Whatever the words were, the message is a text that every database takes.
    """

    outcome = "error"

    def __init__(
        self, message: str, *, http_status: int | None = None, specific_code: int | None = None
    ) -> None:
        self.message = printable(message, MAX_MESSAGE_CHARACTERS)
        super().__init__(self.message)
        self.http_status = http_status
        self.specific_code = specific_code


class Retryable(PlatformError):
    """The platform did not take the request: it is safe to send again later.

    ``retry_after`` is the number of seconds that the platform asked to wait, if it did.
    """

    outcome = "not accepted"

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
    """The request may or may not have been accepted: it must be looked for, never sent again blindly."""

    outcome = "unclear"


class PermanentlyRefused(PlatformError):
    """The platform refused this very request for good: a person must look."""

    outcome = "refused"


class AccountRejected(PlatformError):
    """Every request would be refused until our key or clock is put right; this one is not at fault."""

    outcome = "paused"


def printable(text: str, most: int) -> str:
    """Return at most so many characters of a text, with a space for each that no line can show."""
    cut = text if len(text) <= most else f"{text[: most - 1]}…"
    return "".join(character if character.isprintable() else " " for character in cut)
