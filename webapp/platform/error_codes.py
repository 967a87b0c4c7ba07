"""The platform's error codes and HTTP statuses, and what each means for the request.

Source: platform contract, "An answer" and "What the outcome of a send means".
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

DATE_OUTSIDE_FIVE_MINUTES: Final = 23005
"""The specific code of a request whose date is too far from the platform's clock; its status is 401."""

PERMANENT_CODES: Final = {
    23016: "a parameter does not validate",
    23017: "a required parameter is missing",
    24221: "the request is empty",
    24222: "the opportunity does not exist",
    24224: "the opportunity details are invalid",
}
"""Specific codes after which the same request would be refused again."""

UNKNOWN, FAILED_REQUEST, SESSION_EXPIRED, KEY_REVOKED = 460, 461, 462, 463

ACCOUNT_REJECTED_STATUSES: Final = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, SESSION_EXPIRED, KEY_REVOKED}
)
"""Statuses that refuse the account, whatever was sent."""

UNCLEAR_STATUSES: Final = frozenset(
    {
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.GATEWAY_TIMEOUT,
        HTTPStatus.REQUEST_TIMEOUT,
        UNKNOWN,
        FAILED_REQUEST,
    }
)
"""Statuses that may hide a request that was accepted."""

RETRYABLE_STATUSES: Final = frozenset(
    {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.SERVICE_UNAVAILABLE}
)
"""Statuses that say that the request was not accepted."""

CLIENT_CLOSED_REQUEST: Final = 499
"""From here on, a status that the contract does not name may come from a gateway that gave up waiting."""


def may_hide_acceptance(status: int) -> bool:
    """Say whether a request that got this status may have been accepted all the same."""
    if status in RETRYABLE_STATUSES:
        return False
    is_unknown = status < HTTPStatus.MULTIPLE_CHOICES or status >= CLIENT_CLOSED_REQUEST
    # A 400 gets here only without a readable body: "truncated or unparsable answer".
    return is_unknown or status == HTTPStatus.BAD_REQUEST or status in UNCLEAR_STATUSES
