"""Visits every state that schedules with at most so many faults reach, nearest first, and none twice."""

from __future__ import annotations

import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.explorer.invariants import broken_always, broken_at_rest
from tests.explorer.moves import Move, Moves
from tests.explorer.production import BrokenError, leadform
from tests.explorer.schedules import Ways
from tests.explorer.state import Keys, State
from tests.explorer.worlds import WORLDS


@dataclass(frozen=True, slots=True)
class Violation:
    """What is broken, and the shortest schedule to it with the fewest faults: ``replay`` repeats it."""

    broken: str
    words: tuple[str, ...]
    replay: str
    faults: int


@dataclass(slots=True)
class Report:
    """What was visited.

    ``states`` is by the fewest faults that reach them, ``moves`` how many lead from one to another, and
    ``schedules`` how many ways lead through them to rest with no more faults than were asked for. ``seconds``
    are of the processor, since a machine may have other work.
    """

    world: str
    states: list[int] = field(default_factory=list)
    moves: int = 0
    at_rest: int = 0
    seconds: float = 0.0
    violation: Violation | None = None
    schedules: int = 0

    @property
    def total(self) -> int:
        """How many states were visited."""
        return sum(self.states)


@dataclass(frozen=True, slots=True)
class _Way:
    """How a state was first reached."""

    before: int | None
    number: int
    words: str
    is_fault: bool


class _BrokenOffError(Exception):
    """A move failed with an error of leadform's, which is a violation of its own."""


class Search:
    """One exploration of one world."""

    def __init__(self, moves: Moves, world: str) -> None:
        self._moves = moves
        self._messages = WORLDS[world]
        self._keys = Keys(moves.columns)
        self._numbers: dict[bytes, int] = {}
        self._ways: list[_Way] = []
        self._moved: list[tuple[list[bytes], list[bytes], bool]] = []
        self._report = Report(world)

    def run(self, faults: int) -> Report:
        """Visit everything, or stop at the first state in which something is broken."""
        began = time.process_time()
        state = self._moves.start()
        later = {self._keys.of(state): (state, _Way(None, 0, "", is_fault=False))}
        for used in range(faults + 1):
            level, later = later, {}
            before = len(self._ways)
            with suppress(_BrokenOffError):
                self._visit_level(level, later, is_last=used == faults)
            self._report.states.append(len(self._ways) - before)
            if self._report.violation:
                break
        if not self._report.violation:
            self._count(faults)
        self._report.seconds = time.process_time() - began
        return self._report

    def _visit_level(
        self,
        level: dict[bytes, tuple[State, _Way]],
        later: dict[bytes, tuple[State, _Way]],
        *,
        is_last: bool,
    ) -> None:
        waiting = deque((key, *found) for key, found in level.items())
        while waiting and not self._report.violation:
            key, state, way = waiting.popleft()
            if key in self._numbers:
                continue
            for found, after, onward in self._onward(key, state, way, is_last=is_last):
                if onward.is_fault:
                    later.setdefault(found, (after, onward))
                else:
                    waiting.append((found, after, onward))

    def _onward(
        self, key: bytes, state: State, way: _Way, *, is_last: bool
    ) -> Iterator[tuple[bytes, State, _Way]]:
        """Visit a state, and yield those that follow from it and that are not known."""
        number = self._numbers[key] = len(self._ways)
        self._ways.append(way)
        is_at_rest = self._moves.is_at_rest(state)
        self._judge(state, number, is_at_rest=is_at_rest)
        free: list[bytes] = []
        faults: list[bytes] = []
        for index, move in enumerate(self._moves.of(state)):
            if self._report.violation:
                return
            if move.is_fault and is_last:
                continue
            after = self._after(move, number, index)
            found = self._keys.of(after)
            if found == key:
                continue
            (faults if move.is_fault else free).append(found)
            if found not in self._numbers:
                words = f"{state.now:>4} s  {move.words}"
                yield found, after, _Way(number, index, words, move.is_fault)
        self._moved.append((free, faults, is_at_rest))
        self._report.moves += len(free) + len(faults)
        if not free and not is_at_rest:
            self._found(number, "nothing goes on any more, and it is not at rest")

    def _count(self, faults: int) -> None:
        ways = Ways()
        for free, broken, is_at_rest in self._moved:
            ways.free.append([self._numbers[key] for key in free])
            ways.faults.append([self._numbers[key] for key in broken])
            ways.at_rest.append(is_at_rest)
        count = ways.count(faults)
        if count is None:
            self._report.violation = Violation("some moves go round for ever without a fault", (), "", 0)
        else:
            self._report.schedules = count

    def _after(self, move: Move, number: int, index: int) -> State:
        try:
            return move.make()
        except (BrokenError, Exception) as error:
            self._ways.append(_Way(number, index, move.words, move.is_fault))
            self._found(len(self._ways) - 1, f"{type(error).__name__}: {error}")
            raise _BrokenOffError from error

    def _judge(self, state: State, number: int, *, is_at_rest: bool) -> None:
        broken = list(broken_always(state, self._moves.columns))
        if is_at_rest:
            self._report.at_rest += 1
            if not state.platform.on_their_way:
                broken += broken_at_rest(state, self._moves.columns, self._messages)
        if broken:
            self._found(number, broken[0])

    def _found(self, number: int, broken: str) -> None:
        ways = []
        at: int | None = number
        while at is not None and self._ways[at].before is not None:
            ways.append(self._ways[at])
            at = self._ways[at].before
        ways.reverse()
        self._report.violation = Violation(
            broken,
            tuple(f"{way.words}{'  [fault]' if way.is_fault else ''}" for way in ways),
            ".".join(str(way.number) for way in ways),
            sum(way.is_fault for way in ways),
        )


@contextmanager
def moves_in(world: str) -> Iterator[Moves]:
    """Open a world on a database of its own."""
    with tempfile.TemporaryDirectory() as folder, leadform(Path(folder)) as opened:
        yield Moves(opened, WORLDS[world])


def explore(world: str, faults: int) -> Report:
    """Visit every state of a world that schedules with at most so many faults reach."""
    with moves_in(world) as moves:
        return Search(moves, world).run(faults)


def replay(world: str, schedule: str) -> list[str]:
    """Go through a schedule, a list of the numbers of moves, and return it in words with what is broken."""
    lines = []
    with moves_in(world) as moves:
        state = moves.start()
        for number in schedule.split("."):
            move = list(moves.of(state))[int(number)]
            lines.append(f"{state.now:>4} s  {move.words}{'  [fault]' if move.is_fault else ''}")
            state = move.make()
        broken = list(broken_always(state, moves.columns))
        if moves.is_at_rest(state) and not state.platform.on_their_way:
            broken += broken_at_rest(state, moves.columns, WORLDS[world])
    return [*lines, *(f"BROKEN: {what}" for what in broken)]
