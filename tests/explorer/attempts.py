"""A worker's attempt as a value: the real code is run again from its claim, on the results so far.

An attempt is decided by its claim and by what its steps came to. So a worker that stands between two steps
is kept as the claim and the results, and is brought there again by running the attempt anew: each step whose
result is known returns it, and the first that is not suspends the attempt. Nothing of it has to be copied
that Python cannot copy, and the worker may be put down and taken up as often as one likes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from tests.explorer.production import (
    ACCOUNT,
    BREAKER,
    LEASE,
    Claim,
    DeliveryQueue,
    Leadform,
    Outcome,
    PlatformClient,
    PlatformResponse,
    current_exchange,
    make_worker,
    seconds,
)


@dataclass(frozen=True, slots=True)
class Begin:
    """The request is about to be written down."""

    claim: Claim
    request: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A request is about to leave for the platform."""

    action: str
    body: dict[str, Any]
    date: int

    @property
    def is_send(self) -> bool:
        """Whether it adds or updates an opportunity, as opposed to looking for one."""
        return self.action == "addOrUpdateOpportunity"


@dataclass(frozen=True, slots=True)
class Record:
    """The outcome is about to be written down."""

    claim: Claim
    outcome: Outcome


Step = Begin | Call | Record


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A call that nobody answered; ``has_left`` says whether any of the request may have."""

    has_left: bool


Result = datetime | PlatformResponse | NoAnswer | Exception


@dataclass(frozen=True, slots=True)
class Held:
    """A worker in the middle of an attempt: its claim, what its steps came to, and the next step."""

    claim: Claim
    results: tuple[Result, ...]
    step: Step


class _Suspended(BaseException):
    def __init__(self, step: Step) -> None:
        self.step = step


class _Script:
    def __init__(self) -> None:
        self.results: list[Result] = []

    def take(self, step: Step) -> Any:
        if not self.results:
            raise _Suspended(step)
        result = self.results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result


class _ScriptedQueue(DeliveryQueue):
    script: _Script

    def begin_sending(self, claim: Claim, request: dict[str, Any]) -> datetime:
        date: datetime = self.script.take(Begin(claim, request))
        return date

    def record(self, claim: Claim, outcome: Outcome) -> None:
        self.script.take(Record(claim, outcome))


class _ScriptedClient(PlatformClient):
    script: _Script

    def _exchange(self, url: str, content: bytes, signature: Any) -> PlatformResponse:
        request = requests.Request("POST", url, data=content, auth=signature).prepare()
        result = self.script.take(
            Call(url.rpartition("=")[2], json.loads(content), seconds(request.headers["IVVY-Date"]))
        )
        if isinstance(result, NoAnswer):
            current_exchange.get().sending = result.has_left
            raise ConnectionResetError("the connection was reset")
        answer: PlatformResponse = result
        return answer


class Attempts:
    """Brings attempts to their next step; the code that runs is the worker's own."""

    def __init__(self, leadform: Leadform) -> None:
        queue = _ScriptedQueue(leadform.database, LEASE, BREAKER)
        client = _ScriptedClient(ACCOUNT, 30)
        self._script = queue.script = client.script = _Script()
        self._worker = make_worker(leadform.database, queue, client)
        self._stages: dict[tuple[int, ...], tuple[Held | None, Claim, tuple[Result, ...]]] = {}

    def resume(self, claim: Claim, results: tuple[Result, ...]) -> Held | None:
        """Return where an attempt stands after these results, or None when it is over."""
        known = (id(claim), *map(id, results))
        if known not in self._stages:
            # What is kept beside it keeps its identity.
            self._stages[known] = (self._run(claim, results), claim, results)
        return self._stages[known][0]

    def _run(self, claim: Claim, results: tuple[Result, ...]) -> Held | None:
        self._script.results = list(results)
        try:
            self._worker._forward(claim)  # noqa: SLF001 (all that a worker does with a claim)
        except _Suspended as suspended:
            return Held(claim, results, suspended.step)
        return None
