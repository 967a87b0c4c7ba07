"""The types of the document's tables, as checks of a JSON value.

A check yields every problem that it finds, so that a refusal can name them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from urllib.parse import urlsplit

from webapp.sandbox.refusal import Json

_INTEGER = re.compile(r"[0-9]{1,18}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})( UTC)?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True)
class PropertyProblem:
    """What is wrong with a property; ``path`` starts at the top of the request."""

    path: str
    reason: str
    is_missing: bool = False

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


Check: TypeAlias = Callable[[str, Json], Iterator[PropertyProblem]]


def to_integer(value: Json) -> int | None:
    """Return a number or a string of digits as an integer, else None (platform contract, Opportunity)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    return None


def is_date(value: Json) -> bool:
    """Say whether a value is a date of the calendar as YYYY-MM-DD (platform contract, Opportunity)."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_timestamp(value: Json) -> bool:
    """Say whether a value is YYYY-MM-DD HH:MM:SS, with or without UTC (platform contract, Opportunity)."""
    match = _TIMESTAMP.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return False
    try:
        datetime.fromisoformat(match[1])
    except ValueError:
        return False
    return True


def is_https(value: Json) -> bool:
    """Say whether a value is an https URL with a host."""
    if not isinstance(value, str) or re.search(r"\s", value):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)


def _type(reason: str, accepts: Callable[[Json], bool]) -> Check:
    def check(path: str, value: Json) -> Iterator[PropertyProblem]:
        if not accepts(value):
            yield PropertyProblem(path, reason)

    return check


integer = _type(
    "must be an integer (a number or a string of digits)", lambda value: to_integer(value) is not None
)
text = _type("must be a string", lambda value: isinstance(value, str))
boolean = _type("must be true or false", lambda value: isinstance(value, bool))
day = _type("must be a date, YYYY-MM-DD", is_date)
mixed = _type("must not be null", lambda value: value is not None)
email = _type(
    "must be an e-mail address", lambda value: isinstance(value, str) and bool(_EMAIL.fullmatch(value))
)
https_url = _type("must be an https address", is_https)


def one_of(numbers: Collection[int]) -> Check:
    """Return a check for an integer from a fixed list."""
    return _type(f"must be one of {', '.join(map(str, numbers))}", lambda value: to_integer(value) in numbers)


def array(of: Check, *, at_most: int | None = None, unique: str | None = None) -> Check:
    """Return a check for a list of ``of``; ``unique`` names the property that no two objects may share."""

    def check(path: str, value: Json) -> Iterator[PropertyProblem]:
        if not isinstance(value, list):
            yield PropertyProblem(path, "must be an array")
            return
        if at_most is not None and len(value) > at_most:
            yield PropertyProblem(path, f"must have at most {at_most} entries")
        for index, item in enumerate(value):
            yield from of(f"{path}[{index}]", item)
        if unique is not None:
            # As text, because 12 and "12" are the same integer to the platform.
            keys = [str(item[unique]) for item in value if isinstance(item, dict) and unique in item]
            if len(set(keys)) < len(keys):
                yield PropertyProblem(path, f"must not repeat a {unique}")

    return check


def record(
    properties: Mapping[str, Check],
    *,
    required: tuple[str, ...] = (),
    required_without_id: tuple[str, ...] = (),
) -> Check:
    """Return a check for an object with known properties; with ``id``, only ``required`` must be there."""

    def check(path: str, value: Json) -> Iterator[PropertyProblem]:
        if not isinstance(value, dict):
            yield PropertyProblem(path, "must be an object")
            return
        prefix = f"{path}." if path else ""
        needed = required if "id" in value else required + required_without_id
        for name in needed:
            if _is_blank(value, name):
                yield PropertyProblem(f"{prefix}{name}", "is required", is_missing=True)
        for name, item in value.items():
            if name not in properties:
                yield PropertyProblem(f"{prefix}{name}", "is not a property of this call")
            elif name not in needed or not _is_blank(value, name):
                yield from properties[name](f"{prefix}{name}", item)

    return check


def _is_blank(value: dict[str, Json], name: str) -> bool:
    item = value.get(name, "")
    return isinstance(item, str) and not item.strip()
