"""Filters a list and returns one page of it (platform contract, Calls that help)."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator

from webapp.sandbox.property_types import Check, PropertyProblem, array, integer, record, to_integer
from webapp.sandbox.refusal import Json, JsonObject, not_valid

PER_PAGE_CAP = 100

Comparison = Callable[[Json, Json], bool]


def _text(value: Json) -> str:
    # Case is ignored, as databases often do; a client that needs an exact match must compare itself.
    if value is None:
        return ""
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).casefold()


def _equal(actual: Json, wanted: Json) -> bool:
    return _text(actual) == _text(wanted)


def _at_most(actual: Json, wanted: Json) -> bool:
    if actual is None:
        return False
    left, right = to_integer(actual), to_integer(wanted)
    if left is not None and right is not None:
        return left <= right
    return _text(actual) <= _text(wanted)


def _at_least(actual: Json, wanted: Json) -> bool:
    return actual is not None and (_equal(actual, wanted) or not _at_most(actual, wanted))


def _is_empty(actual: Json, wanted: Json) -> bool:
    return (actual in (None, "", [], {})) is wanted


# On the vendor's page about filters, LESSTHAN and GREATERTHAN include the bound itself.
_COMPARISONS: dict[str, Comparison] = {
    "": _equal,
    "CONTAINS": lambda actual, wanted: _text(wanted) in _text(actual),
    "NOTCONTAINS": lambda actual, wanted: _text(wanted) not in _text(actual),
    "BEGINS": lambda actual, wanted: _text(actual).startswith(_text(wanted)),
    "ENDS": lambda actual, wanted: _text(actual).endswith(_text(wanted)),
    "LESSTHAN": _at_most,
    "GREATERTHAN": _at_least,
    "NOT": lambda actual, wanted: not _equal(actual, wanted),
    "EMPTY": _is_empty,
}


def collect(rows: Iterable[JsonObject], fields: Collection[str], request: Json) -> JsonObject:
    """Return the page of ``rows`` that a request asks for, with its ``meta``.

    ``start`` counts rows from zero; ``perPage`` is 100 by default and at most.

    Raises:
        RefusalError: 400 with 23016 if the request is not valid for a list with these ``fields``.
    """
    asked = _check(request, fields)
    found = [
        row for row in rows if _in_venues(row, asked.get("venueIds")) and _passes(row, asked.get("filter"))
    ]
    start = to_integer(asked.get("start", 0)) or 0
    per_page = min(to_integer(asked.get("perPage", PER_PAGE_CAP)) or PER_PAGE_CAP, PER_PAGE_CAP)
    page: list[Json] = [*found[start : start + per_page]]
    return {
        "meta": {"totalResults": len(found), "start": start, "perPage": per_page, "count": len(page)},
        "results": page,
    }


def _check(request: Json, fields: Collection[str]) -> JsonObject:
    properties: dict[str, Check] = {
        "start": _counts_from(0),
        "perPage": _counts_from(1),
        "filter": _filter(fields),
    }
    if "venueId" in fields:
        properties["venueIds"] = array(integer)
    problems = list(record(properties)("", request))
    if problems or not isinstance(request, dict):
        raise not_valid(*map(str, problems))
    return request


def _counts_from(least: int) -> Check:
    def check(path: str, value: Json) -> Iterator[PropertyProblem]:
        number = to_integer(value)
        if number is None or number < least:
            yield PropertyProblem(path, f"must be an integer of at least {least}")

    return check


def _filter(fields: Collection[str]) -> Check:
    def check(path: str, value: Json) -> Iterator[PropertyProblem]:
        if not isinstance(value, dict):
            yield PropertyProblem(path, "must be an object")
            return
        for key, wanted in value.items():
            name, _, modifier = key.partition("__")
            if name not in fields or modifier not in _COMPARISONS or key.endswith("__"):
                yield PropertyProblem(f"{path}.{key}", "is not a filter of this list")
            elif modifier == "EMPTY" and not isinstance(wanted, bool):
                yield PropertyProblem(f"{path}.{key}", "must be true or false")
            elif wanted is None or isinstance(wanted, dict | list):
                yield PropertyProblem(f"{path}.{key}", "must be a string, a number, true or false")

    return check


def _in_venues(row: JsonObject, venue_ids: Json) -> bool:
    if not isinstance(venue_ids, list):
        return True
    return row["venueId"] in [to_integer(venue_id) for venue_id in venue_ids]


def _passes(row: JsonObject, wanted: Json) -> bool:
    if not isinstance(wanted, dict):
        return True
    return all(
        _COMPARISONS[modifier](row.get(name), value)
        for key, value in wanted.items()
        for name, _, modifier in [key.partition("__")]
    )
