"""What an answer means: the platform contract, "An answer" and "What the outcome of a send means"."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

from webapp.platform.error_codes import (
    ACCOUNT_REJECTED_STATUSES,
    DATE_OUTSIDE_FIVE_MINUTES,
    PERMANENT_CODES,
    may_hide_acceptance,
)
from webapp.platform.errors import (
    AccountRejected,
    PermanentlyRefused,
    PlatformError,
    Retryable,
    Unclear,
    printable,
)

MAX_EXPLANATION_CHARACTERS: Final = 500
MAX_ID: Final = 2**63 - 1
MAX_EXACT_FLOAT: Final = 2**53 - 1
MAX_SPECIFIC_CODE: Final = 2**31 - 1
MAX_CODE_CHARACTERS: Final = 40
MAX_MESSAGES: Final = 50


@dataclass(frozen=True, slots=True)
class Response:
    """An answer as it came off the wire; header names are compared without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def server_date(self) -> datetime | None:
        """The platform's time by its ``Date`` header (RFC 9110, 6.6.1), or None when that makes no sense."""
        return _http_date(self.headers.get("Date", ""))


def parse_result(answer: Response) -> dict[str, Any]:
    """Return the JSON object of a successful answer.

    Raises:
        PlatformError: the subclass that says what the answer means instead.
    """
    if answer.status != HTTPStatus.OK:
        raise _refusal(answer)
    result = _json_object(answer.body)
    if result is None:
        raise Unclear("The platform answered 200 with something other than JSON", http_status=answer.status)
    return result


def parse_opportunity_id(answer: Response, *, is_update: bool = False) -> int:
    """Return the id of the opportunity that was added or updated.

    An update may be confirmed by the id alone (platform contract, "Opportunity: beyond the user's document").
    The caller must compare it with the id that was sent.

    Raises:
        PlatformError: the subclass that says what the answer means instead.
    """
    result = parse_result(answer)
    if result.get("success") is False:
        raise PermanentlyRefused(
            f"The platform answered success: false{_words(result)}",
            http_status=answer.status,
            specific_code=_specific_code(result),
        )
    identifier = whole_number(result.get("id"))
    is_confirmed = result.get("success") is True or (is_update and _reports_no_failure(result))
    if not identifier or not is_confirmed:
        raise Unclear(
            f"The platform answered 200 without success and an id{_words(result)}", http_status=answer.status
        )
    return identifier


def _reports_no_failure(result: Mapping[str, Any]) -> bool:
    """Say whether an answer reports success, in any form or by its silence, and no error."""
    success = result.get("success")
    in_words = isinstance(success, str) and success.strip().casefold() in {"true", "1", "yes"}
    is_success = success in (None, 1) or in_words
    return is_success and not (result.get("errorCode") or result.get("specificCode"))


def whole_number(value: object) -> int | None:
    """Return a number from the platform, as 755, 755.0 or "755"; None when it is negative or no number."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
        value = int(value)
    if isinstance(value, float) and value.is_integer() and value <= MAX_EXACT_FLOAT:
        value = int(value)
    return value if type(value) is int and 0 <= value <= MAX_ID else None


def parse_timestamp(value: object) -> datetime | None:
    """Return a timestamp of the platform's (platform contract, "Opportunity"); None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.strptime(value.removesuffix(" UTC"), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _refusal(answer: Response) -> PlatformError:
    status = answer.status
    details = _json_object(answer.body) or {}
    specific_code = _specific_code(details)
    message = f"The platform answered {status}{_words(details)}"
    if status == HTTPStatus.UNAUTHORIZED and specific_code == DATE_OUTSIDE_FIVE_MINUTES:
        return AccountRejected(
            f"{message.rstrip('.')}: the clock that dates requests is more than five minutes off; "
            "set it by NTP (it is this machine's, or the PostgreSQL server's)",
            http_status=status,
            specific_code=specific_code,
        )
    if status in ACCOUNT_REJECTED_STATUSES:
        return AccountRejected(
            f"{message.rstrip('.')}: check PLATFORM_KEY and PLATFORM_SECRET",
            http_status=status,
            specific_code=specific_code,
        )
    if specific_code in PERMANENT_CODES or (status == HTTPStatus.BAD_REQUEST and details):
        return PermanentlyRefused(message, http_status=status, specific_code=specific_code)
    if may_hide_acceptance(status):
        return Unclear(message, http_status=status, specific_code=specific_code)
    return Retryable(
        message, http_status=status, specific_code=specific_code, retry_after=_retry_after(answer)
    )


def _retry_after(answer: Response) -> float | None:
    """Return the seconds of a ``Retry-After`` header (RFC 9110, 10.2.3), or None when it makes no sense."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    date = _http_date(value)
    if date is None:
        return None
    return max(0.0, (date - (answer.server_date or datetime.now(UTC))).total_seconds())


def _http_date(value: str) -> datetime | None:
    """Return the date of a header (RFC 9110, 5.6.7), or None when it makes no sense."""
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return date.replace(tzinfo=date.tzinfo or UTC)


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _specific_code(details: Mapping[str, Any]) -> int | None:
    """Return the specific code, or None where it is not one; the message then quotes what was there."""
    code = details.get("specificCode")
    return code if type(code) is int and abs(code) <= MAX_SPECIFIC_CODE else None


def _words(details: Mapping[str, Any]) -> str:
    """Return the platform's own explanation after a colon, without control characters; empty for none."""
    code = details.get("specificCode")
    additional = details.get("additionalMessages")
    parts = [details.get("message"), *(additional if isinstance(additional, list) else [])]
    words = "; ".join(filter(None, (_text(part) for part in parts[:MAX_MESSAGES])))
    known = f" ({printable(_text(code), MAX_CODE_CHARACTERS)})" if code else ""
    return f"{known}: {printable(words, MAX_EXPLANATION_CHARACTERS)}" if words else known


def _text(value: object) -> str:
    """Return a text as it is, and anything else as the JSON that it came as."""
    if value is None or isinstance(value, str):
        return (value or "").strip()
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return "something that cannot be shown"
