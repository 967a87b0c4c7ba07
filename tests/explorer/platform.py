"""The platform as its contract describes it, with what is still on its way there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.utils import format_datetime
from functools import cache
from typing import Any, Final

from tests.explorer.attempts import Call, NoAnswer
from tests.explorer.production import REFERENCE, PlatformResponse, moment

LOST: Final = NoAnswer(has_left=True)
NO_CONNECTION: Final = NoAnswer(has_left=False)

WINDOW: Final = 300
"""Seconds by which a request's date may be off the platform's clock."""

LAG: Final = 30
"""Seconds after which its list shows what it accepted."""

FIRST_ID: Final = 755
ROWS_A_PAGE: Final = 2
VENUE: Final = 107

OF_OTHERS: Final = (
    # Another visitor typed our reference.
    {"id": 11, "venueId": VENUE, "name": f"ENQ-00000000: Eve ({REFERENCE}), Plan your wedding"},
    # The staff of another venue copied the opportunity of somebody who enquired there too.
    {"id": 12, "venueId": 108, "name": f"{REFERENCE}: Ada Lovelace, Plan your wedding at Harbour Hall"},
)
"""What the list shows before anything of ours: as many rows as a page has."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that left and whose sender no longer waits: it may arrive as long as its date lets it."""

    body: str
    date: int


@dataclass(frozen=True, slots=True)
class Opportunity:
    """An opportunity: what was last written into it, and the date of the request that added it."""

    values: str
    date: int


@dataclass(frozen=True, slots=True)
class Platform:
    """Its opportunities, oldest first, and the requests that may yet arrive."""

    opportunities: tuple[Opportunity, ...] = ()
    on_their_way: tuple[Request, ...] = ()

    def accept(self, request: Request) -> tuple[Platform, int]:
        """Take a request, and return the platform afterwards and the opportunity's id."""
        values = json.loads(request.body)
        opportunities = list(self.opportunities)
        if "id" not in values:
            opportunities.append(Opportunity(request.body, request.date))
            return replace(self, opportunities=tuple(opportunities)), FIRST_ID + len(self.opportunities)
        before = opportunities[values["id"] - FIRST_ID]
        after = _written({**json.loads(before.values), **values})
        opportunities[values["id"] - FIRST_ID] = replace(before, values=after)
        return replace(self, opportunities=tuple(opportunities)), values["id"]

    def let_go(self, request: Request) -> Platform:
        """Return the platform with a request on its way whose sender no longer waits."""
        return replace(self, on_their_way=tuple(sorted({*self.on_their_way, request}, key=repr)))

    def arrive(self, request: Request) -> Platform:
        """Take a request that was on its way."""
        rest = tuple(other for other in self.on_their_way if other != request)
        return replace(self, on_their_way=rest).accept(request)[0]

    def forget(self, now: int) -> Platform:
        """Return the platform without the requests that are too old to be accepted ever."""
        if not self.on_their_way:
            return self
        rest = tuple(request for request in self.on_their_way if now - request.date <= WINDOW)
        return replace(self, on_their_way=rest)


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing that may come of a call, in words; ``is_fault`` unless nothing goes wrong."""

    words: str
    result: PlatformResponse | NoAnswer
    platform: Platform
    is_fault: bool = True


def request_of(call: Call) -> Request:
    """Return the request that a call sends."""
    return Request(_written(call.body), call.date)


def is_in_window(date: int, now: int) -> bool:
    """Say whether the platform accepts a request of a date."""
    return abs(now - date) <= WINDOW


def replies(platform: Platform, call: Call, now: int) -> Iterator[Reply]:
    """Yield all that may come of a call at this moment by the platform's clock; what is usual comes first."""
    if not is_in_window(call.date, now):
        yield Reply("is refused for its date", _refusal(401, 23005, now), platform, is_fault=False)
    elif call.is_send:
        yield from _of_a_send(platform, call, now)
    else:
        yield from _of_a_look(platform, call, now)


def _of_a_send(platform: Platform, call: Call, now: int) -> Iterator[Reply]:
    request = request_of(call)
    accepted, made = platform.accept(request)
    on_its_way = platform.let_go(request)
    yield Reply(
        f"is accepted and answered: {made}",
        _answer(200, {"success": True, "id": made}, now),
        accepted,
        is_fault=False,
    )
    yield Reply("is accepted, and its answer is lost", LOST, accepted)
    yield Reply("is on its way, and no answer comes", LOST, on_its_way)
    yield Reply("is accepted, and answered by 502", _answer(502, {}, now), accepted)
    yield Reply("is answered by 502, and not accepted", _answer(502, {}, now), platform)
    yield Reply("finds no connection", NO_CONNECTION, platform)
    yield Reply("is put off by 503", _answer(503, {}, now), platform)
    yield Reply("is refused for good by 400", _refusal(400, 24224, now), platform)
    yield Reply("is answered by success: false", _answer(200, {"success": False}, now), platform)
    yield Reply("is refused for our key by 403", _refusal(403, None, now), platform)


def _of_a_look(platform: Platform, call: Call, now: int) -> Iterator[Reply]:
    rows = [_row(number, one) for number, one in enumerate(platform.opportunities)]
    lags = [_row(number, one) for number, one in enumerate(platform.opportunities) if not _may_lag(one, now)]
    shown = f"shows {', '.join(str(row['id']) for row in rows)}" if rows else "shows nothing of ours"
    page = f"{shown}, from row {call.body['start']}"
    yield Reply(page, _page(rows, call, now), platform, is_fault=False)
    if lags != rows:
        yield Reply("does not show yet what is there", _page(lags, call, now), platform)
    yield Reply("fails: 503", _answer(503, {}, now), platform)
    yield Reply("fails: no answer", LOST, platform)
    yield Reply("fails: refused for our key by 403", _refusal(403, None, now), platform)


def _may_lag(opportunity: Opportunity, now: int) -> bool:
    """Say whether the list may not show it yet, as it may have been accepted at the last moment."""
    return now < opportunity.date + WINDOW + LAG


def _row(number: int, opportunity: Opportunity) -> dict[str, Any]:
    values = json.loads(opportunity.values)
    return {"id": FIRST_ID + number, "venueId": values["venueId"], "name": values["name"]}


def _page(rows: list[dict[str, Any]], call: Call, now: int) -> PlatformResponse:
    """Return a page of the list: one that honours no filter, as none is promised for this call."""
    listed = [*OF_OTHERS, *rows]
    start = call.body["start"]
    page = listed[start : start + ROWS_A_PAGE]
    meta = {"totalResults": len(listed), "start": start, "perPage": ROWS_A_PAGE, "count": len(page)}
    return _answer(200, {"meta": meta, "results": page}, now)


def _answer(status: int, body: dict[str, Any], now: int) -> PlatformResponse:
    return _same_answer(status, _written(body), now)


@cache
def _same_answer(status: int, body: str, now: int) -> PlatformResponse:
    """Return an answer, the very same object for the same values: a worker's stage is known by it."""
    return PlatformResponse(status, {"Date": format_datetime(moment(now), usegmt=True)}, body.encode())


def _refusal(status: int, specific_code: int | None, now: int) -> PlatformResponse:
    return _answer(status, {"errorCode": status, "specificCode": specific_code, "message": "No"}, now)


def _written(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True)
