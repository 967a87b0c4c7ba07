"""How the platform refuses a request, and the JSON that it answers then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
JsonObject: TypeAlias = dict[str, Json]


class SpecificCode(IntEnum):
    """The specific codes (platform contract, An answer; the user's document, Throws)."""

    NONE = 0  # the contract names none for this refusal, but every refusal has the key
    DATE_OUTSIDE_FIVE_MINUTES = 23005
    NOT_VALID = 23016
    REQUIRED_PARAMETER_MISSING = 23017
    REQUEST_EMPTY = 24221
    OPPORTUNITY_NOT_FOUND = 24222
    DETAILS_INVALID = 24224


class RefusalError(Exception):
    """The platform refuses a request (platform contract, An answer).

    ``status`` is the HTTP status; the body repeats it as ``errorCode``.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        specific_code: int = SpecificCode.NONE,
        additional_messages: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.specific_code = int(specific_code)
        self.additional_messages = list(additional_messages)
        self.headers = dict(headers or {})

    def body(self) -> JsonObject:
        """Return the JSON of the refusal."""
        return {
            "errorCode": self.status,
            "message": self.message,
            "specificCode": self.specific_code,
            "additionalMessages": list(self.additional_messages),
        }


def not_valid(*additional_messages: str) -> RefusalError:
    """Return the refusal of parameters that do not validate (platform contract: 400, 23016)."""
    return RefusalError(
        400,
        "A parameter does not validate.",
        specific_code=SpecificCode.NOT_VALID,
        additional_messages=additional_messages,
    )
