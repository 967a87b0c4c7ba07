"""What may happen next: every move of the visitor, the workers, the platform, a person and the clock."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from tests.explorer.attempts import Attempts, Begin, Call, Held, Record, Result
from tests.explorer.moments import Moments
from tests.explorer.platform import Reply, Request, is_in_window, replies, request_of
from tests.explorer.production import Action, Claim, Leadform, LeaseLostError
from tests.explorer.snapshot import ATTEMPTS, Columns, Rows, Snapshots
from tests.explorer.state import WORKERS, State
from tests.explorer.submission import WebDied, dying_at_the_commit
from tests.explorer.worlds import called

STEP: Final = 200
"""Seconds by which the database's clock may be wrong: less than the platform's window, or nothing is sent."""


@dataclass(frozen=True, slots=True)
class Move:
    """Something that may happen: in words, whether it is a fault, and what makes the state after it."""

    words: str
    make: Callable[[], State]
    is_fault: bool = False


class Moves:
    """All that may happen in a state; what goes through the database runs the real code on a real one."""

    def __init__(self, leadform: Leadform, messages: tuple[str, ...]) -> None:
        self._leadform = leadform
        self._messages = messages
        self._snapshots = Snapshots(leadform)
        self._attempts = Attempts(leadform)
        self._memory: dict[Hashable, tuple[Any, Rows]] = {}
        self.columns = Columns(self._snapshots.names)
        self._moments = Moments(self.columns)

    def start(self) -> State:
        """Return the state before anything has happened."""
        return State(self._snapshots.take(set()))

    def of(self, state: State) -> Iterator[Move]:
        """Yield every move, always in the same order."""
        yield from self._visitor(state)
        for number, held in enumerate(state.workers):
            if held is not None:
                yield from self._held(state, number, held)
        if None in state.workers:
            yield from self._claims(state, state.workers.index(None))
        for request in state.platform.on_their_way:
            if is_in_window(request.date, state.platform_time):
                yield Move(
                    f"the request dated {request.date} s arrives late, and is accepted",
                    partial(_arrived, state, request),
                )
        if state.sent:
            yield Move("a person retries the enquiry", lambda: self._retried(state), is_fault=True)
        yield from self._clock(state)

    def is_at_rest(self, state: State) -> bool:
        """Say whether nothing goes on by itself: all was sent, nobody works, and no moment is to come."""
        is_idle = state.sent == len(self._messages) and not any(state.workers)
        return is_idle and not self._moments.due(state) and not self._moments.to_come(state)

    # The visitor

    def _visitor(self, state: State) -> Iterator[Move]:
        version = state.sent
        if version == len(self._messages):
            return
        name = called(version)
        yield Move(
            f"the visitor sends {name} and sees the receipt", lambda: self._submitted(state, dies=False)
        )
        yield Move(
            f"the web process dies before it commits {name}",
            lambda: self._submitted(state, dies=True),
            is_fault=True,
        )
        yield Move(
            f"the web process dies after it committed {name}; the visitor sends it again",
            lambda: self._submitted(self._submitted(state, dies=False, again=True), dies=False),
            is_fault=True,
        )

    def _submitted(self, state: State, *, dies: bool, again: bool = False) -> State:
        def submit() -> bool:
            try:
                with dying_at_the_commit(self._leadform.database.engine, dies=dies):
                    self._leadform.submit(state.sent, self._messages[state.sent])
            except WebDied:
                return False
            return True

        has_receipt, rows = self._done(state, ("submit", state.sent, dies), submit)
        if again or not has_receipt:
            return replace(state, rows=rows)
        return replace(state, rows=rows, sent=state.sent + 1, receipts=state.receipts + 1)

    # The workers

    def _claims(self, state: State, number: int) -> Iterator[Move]:
        due = self._moments.due(state)
        for newest_first in (False, True)[: len(due)]:
            which = (
                "claims" if len(due) == 1 else f"claims {'the latest' if newest_first else 'the longest'} due"
            )
            yield Move(
                f"{WORKERS[number]} {which}",
                partial(self._claimed, state, number, newest_first=newest_first),
            )

    def _claimed(self, state: State, number: int, *, newest_first: bool) -> State:
        attempt = 1 + max((row[0] for row in state.rows[ATTEMPTS]), default=0)
        claims, rows = self._done(
            state,
            ("claim", newest_first),
            lambda: self._leadform.claim(f"{attempt:032x}", newest_first=newest_first),
            began=attempt,
        )
        held = self._attempts.resume(claims[0], ()) if claims else None
        return replace(_with(state, number, held), rows=rows)

    def _held(self, state: State, number: int, held: Held) -> Iterator[Move]:
        name, step = f"{WORKERS[number]} ({_task(held.claim)})", held.step
        if isinstance(step, Call):
            yield from self._calls(state, number, held, step)
        else:
            words = "writes its request down" if isinstance(step, Begin) else f"records: {_ending(step)}"
            yield Move(f"{name} {words}", lambda: self._written(state, number, held))
        yield Move(f"{name} dies before that", lambda: _with(state, number, None), is_fault=True)

    def _calls(self, state: State, number: int, held: Held, call: Call) -> Iterator[Move]:
        name = f"{WORKERS[number]} ({_task(held.claim)})"
        what = f"its request dated {call.date} s" if call.is_send else "its look"
        for reply in replies(state.platform, call, state.platform_time):
            yield Move(
                f"{name}: {what} {reply.words}",
                partial(self._answered, state, number, held, reply),
                reply.is_fault,
            )
        if call.is_send:
            on_its_way = state.platform.let_go(request_of(call))
            yield Move(
                f"{name} dies with {what} on its way",
                lambda: replace(_with(state, number, None), platform=on_its_way),
                is_fault=True,
            )

    def _written(self, state: State, number: int, held: Held) -> State:
        step = held.step

        def write() -> Result | None:
            try:
                if isinstance(step, Begin):
                    return self._leadform.queue.begin_sending(step.claim, step.request)
                if isinstance(step, Record):
                    self._leadform.queue.record(step.claim, step.outcome)
            except LeaseLostError as lost:
                return lost
            return None

        result, rows = self._done(state, ("write", id(step)), write)
        after = _with(state, number, None) if result is None else self._goes_on(state, number, held, result)
        return replace(after, rows=rows)

    def _answered(self, state: State, number: int, held: Held, reply: Reply) -> State:
        return replace(self._goes_on(state, number, held, reply.result), platform=reply.platform)

    def _goes_on(self, state: State, number: int, held: Held, result: Result) -> State:
        return _with(state, number, self._attempts.resume(held.claim, (*held.results, result)))

    # People and the clock

    def _retried(self, state: State) -> State:
        return replace(state, rows=self._done(state, "retry", self._leadform.retry)[1])

    def _clock(self, state: State) -> Iterator[Move]:
        moments = self._moments.to_come(state)
        is_free = bool(moments) and not self._moments.is_anybody_busy(state)
        if is_free:
            yield Move(f"time passes until {moments[0]} s", partial(_at, state, moments[0]))
        for moment in sorted({*moments, *self._moments.edges(state)})[is_free:]:
            yield Move(f"everybody sleeps until {moment} s", partial(_at, state, moment), is_fault=True)
        for step, words in ((STEP, "forward"), (-STEP, "back")):
            if abs(state.ahead + step) <= STEP:
                yield Move(
                    f"the database's clock is put {words} by {STEP} s",
                    partial(_stepped, state, step),
                    is_fault=True,
                )

    def _done(
        self, state: State, what: Hashable, work: Callable[[], Any], began: int | None = None
    ) -> tuple[Any, Rows]:
        """Return what work on the database comes to, and the rows after it; the same is done only once."""
        known = (what, state.now, began, tuple(sorted(state.alive)), state.rows)
        if known not in self._memory:
            self._leadform.clock.seconds = state.now
            self._snapshots.put_back(state.rows)
            result = work()
            alive = state.alive if began is None else state.alive | {began}
            self._memory[known] = result, self._snapshots.take(alive)
        return self._memory[known]


def _with(state: State, number: int, held: Held | None) -> State:
    workers = list(state.workers)
    workers[number] = held
    return replace(state, workers=tuple(workers))


def _arrived(state: State, request: Request) -> State:
    return replace(state, platform=state.platform.arrive(request))


def _at(state: State, now: int) -> State:
    return replace(state, now=now, platform=state.platform.forget(now - state.ahead))


def _stepped(state: State, step: int) -> State:
    return replace(state, now=state.now + step, ahead=state.ahead + step)


def _task(claim: Claim) -> str:
    verb = "sending" if claim.action is Action.SEND else "looking for"
    return f"{verb} the {'addition' if claim.kind == 'add' else 'update'} {claim.delivery_id}"


def _ending(step: Record) -> str:
    return f"{step.outcome.kind}, so {step.outcome.state}"
