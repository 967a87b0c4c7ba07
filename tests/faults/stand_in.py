"""A platform of bare sockets: honest until a test has it lie, and it never forgets what it has taken.

It shares no code with ``webapp``. Nothing in it makes the same reference twice one opportunity, as nothing in
the real one does: the ledger shows every double.
"""

from __future__ import annotations

import hashlib
import json
import random
import socket
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

from tests.faults.connection import Gate, Head, Wire, refusal
from tests.faults.fault_plan import ADD, LIST, PING, Plan
from tests.faults.fault_types import PlatformFault
from tests.faults.ledger import Ledger, LedgerEntry, Listing, reference_in
from tests.platform.raw_server import json_answer

KEY: Final = "test-key"
SECRET: Final = "test-secret"

_ACCEPT_POLL: Final = 0.02
_MAX_READ: Final = 30.0
_PORTS: Final = range(20_000, 32_000)
"""Below those that the system gives to clients: on one of them a client could meet itself."""


class Point(StrEnum):
    """A moment of a request at which a test may step in."""

    ARRIVING = "arriving"
    ARRIVED = "arrived"
    STORED = "stored"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class _Asked:
    action: str
    payload: Any
    reference: str


class StandIn:
    """Listens on loopback, on one and the same port, while its ``with`` block lasts.

    Args:
        ledger_file: gets a JSON line for each opportunity taken.
        accepts_for: seconds from a request's date within which it is accepted; the real one has 300.
        dates: whether answers carry a Date header.
    """

    def __init__(
        self,
        ledger_file: Path | None = None,
        *,
        accepts_for: float = 2.0,
        dates: bool = True,
    ) -> None:
        self.gate = Gate(KEY, SECRET, accepts_for)
        self.listing = Listing()
        self.plan = Plan()
        self.dates = dates
        self.calls: Counter[str] = Counter()
        self._ledger = Ledger(ledger_file)
        self._steps: list[tuple[Point, str, Callable[[str], object]]] = []
        self._lock = threading.Lock()
        self._leaving, self._released, self._refusing = (threading.Event() for _ in range(3))
        self._threads: set[threading.Thread] = set()
        self._listening = _listen_somewhere()
        self.port: int = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._listener: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._start_listening()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        self.refuse_connections()
        self.finish_calls()

    def finish_calls(self) -> None:
        """Wait until the calls under way have ended by themselves."""
        for thread in list(self._threads):
            thread.join(_MAX_READ)

    @property
    def ledger(self) -> list[LedgerEntry]:
        """Every opportunity that was taken, oldest first."""
        return list(self._ledger.entries)

    @property
    def injected(self) -> Counter[str]:
        """How often each kind of fault has happened."""
        return Counter(self.plan.injected)

    def inject(
        self, fault: PlatformFault, times: int | None = 1, on: str = ADD, reference: str | None = None
    ) -> None:
        """Go wrong with the next calls, until further notice when ``times`` is None."""
        self.plan.add(fault, on=on, times=times, reference=reference)

    def inject_now_and_then(
        self, faults: list[PlatformFault], probability: float, chance: random.Random, on: str = ADD
    ) -> None:
        """Go wrong in one of these ways with this probability, until further notice."""
        self.plan.add(*faults, on=on, times=None, probability=probability, chance=chance)

    def behave(self) -> None:
        """Be honest from now on, and let go of the calls that hang."""
        self.plan.clear()
        self.release()

    def release(self) -> None:
        """Let go of the calls that hang now; those to come hang until the next release."""
        with self._lock:
            released, self._released = self._released, threading.Event()
        released.set()

    def when(self, point: Point, step_in: Callable[[str], object], on: str = ADD) -> None:
        """Call this with the enquiry's reference when the next call comes to a point."""
        with self._lock:
            self._steps.append((point, on, step_in))

    def revoke_key(self) -> None:
        """Answer 463 to everything."""
        self.gate.revoked = True

    def restore_key(self) -> None:
        """Take the key again."""
        self.gate.revoked = False

    def refuse_connections(self) -> None:
        """Stop listening: whoever connects is refused."""
        self._refusing.set()
        if self._listener is not None:
            self._listener.join()
        self._listening.close()

    def accept_connections(self) -> None:
        """Listen again, on the same port."""
        self._listening = socket.create_server(("127.0.0.1", self.port), backlog=128)
        self._start_listening()

    def standing(self, reference: str) -> dict[str, Any]:
        """Return the opportunity of a reference as it stands after every change."""
        return self._ledger.standing(reference)

    def _start_listening(self) -> None:
        self._refusing.clear()
        self._listening.settimeout(_ACCEPT_POLL)
        self._listener = threading.Thread(target=self._accept, name="stand-in")
        self._listener.start()

    def _accept(self) -> None:
        while not self._refusing.is_set():
            with suppress(TimeoutError):
                connection, _ = self._listening.accept()
                connection.settimeout(_MAX_READ)
                thread = threading.Thread(target=self._receive, args=(connection,), daemon=True)
                self._threads.add(thread)
                thread.start()

    def _receive(self, connection: socket.socket) -> None:
        wire = Wire(connection, self._leaving, self._released, self._date)
        with connection, suppress(OSError):  # a client that leaves is the client's affair
            self._serve(wire)
        self._threads.discard(threading.current_thread())

    def _date(self) -> str | None:
        return self.gate.http_date() if self.dates else None

    def _serve(self, wire: Wire) -> None:
        head = wire.read_head()
        self.calls[head.action] += 1
        self._come_to(Point.ARRIVING, _Asked(head.action, None, ""))
        refused = self.gate.refusal(head)
        unread = None if refused else self.plan.take_unread(head.action)
        if unread:
            unread.act(wire, b"")
            return
        asked = _read(head, wire)
        self._come_to(Point.ARRIVED, asked)
        fault = None if refused else self.plan.take(asked.action, asked.reference)
        answer = refused or self._handle(asked, fault, wire)
        if fault:
            fault.act(wire, answer)
        else:
            wire.answer(answer)
        self._come_to(Point.ANSWERED, asked)

    def _handle(self, asked: _Asked, fault: PlatformFault | None, wire: Wire) -> bytes:
        """Do what is asked, as far as the fault lets, and return the answer that is right."""
        wrong = _wrong_with(asked)
        if wrong:
            return wrong
        if asked.action == LIST:
            return json_answer(self.listing.page(self._ledger, asked.payload))
        if asked.action == PING:
            return json_answer({"ack": True})
        if fault and (not fault.stores or wire.closes_within(fault.stores_after)):
            return refusal(500, "This was not kept")
        is_change = isinstance(asked.payload, dict) and "id" in asked.payload
        entry = self._ledger.change(asked.payload) if is_change else self._ledger.append(asked.payload)
        if entry is None:
            return refusal(400, "The opportunity does not exist", 24222)
        self._come_to(Point.STORED, asked)
        return json_answer({"success": True, "id": entry.opportunity_id})

    def _come_to(self, point: Point, asked: _Asked) -> None:
        with self._lock:
            step = next((each for each in self._steps if each[:2] == (point, asked.action)), None)
            if step:
                self._steps.remove(step)
        if step:
            step[2](asked.reference)


def _read(head: Head, wire: Wire) -> _Asked:
    body = wire.read_body(head.length)
    payload = None
    if hashlib.md5(body, usedforsecurity=False).hexdigest() == head.headers.get("content-md5"):
        with suppress(ValueError):
            payload = json.loads(body)
    if head.action == LIST and isinstance(payload, dict):
        return _Asked(head.action, payload, str(payload.get("filter", {}).get("name__CONTAINS", "")))
    return _Asked(head.action, payload, reference_in(payload))


def _wrong_with(asked: _Asked) -> bytes | None:
    if asked.action not in {ADD, LIST, PING}:
        return refusal(404, "There is no such call")
    if not isinstance(asked.payload, dict):
        return refusal(400, "The request is empty", 24221)
    is_whole = asked.payload.get("venueId") and (asked.payload.get("name") or asked.payload.get("id"))
    if asked.action == ADD and not is_whole:
        return refusal(400, "A required parameter is missing", 23017)
    return None


def _listen_somewhere() -> socket.socket:
    for port in random.SystemRandom().sample(_PORTS, 100):
        with suppress(OSError):
            return socket.create_server(("127.0.0.1", port), backlog=128)
    raise AssertionError("no port is free")
