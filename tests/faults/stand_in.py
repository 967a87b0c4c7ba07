"""A platform of bare sockets, which works correctly until a test injects faults.

It shares no code with ``webapp``. Like the real one, it never recognises a reference that was sent twice: the
ledger shows every double.
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

from tests.faults.connection import AccessPolicy, ClientConnection, Head, refusal
from tests.faults.fault_plan import ADD, LIST, PING, FaultPlan
from tests.faults.fault_types import PlatformFault
from tests.faults.ledger import Ledger, LedgerEntry, Listing, reference_in
from tests.platform.raw_server import json_answer

KEY: Final = "test-key"
SECRET: Final = "test-secret"

_ACCEPT_POLL: Final = 0.02
_MAX_READ: Final = 30.0
_PORTS: Final = range(20_000, 32_000)
"""Below the ephemeral ports: on one of those a client could connect to itself."""


class RequestStage(StrEnum):
    """When, during a request, a test may step in."""

    ARRIVING = "arriving"
    ARRIVED = "arrived"
    STORED = "stored"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class _Request:
    action: str
    payload: Any
    reference: str


class StandIn:
    """Listens on loopback, always on the same port, for the duration of a ``with`` block.

    Args:
        ledger_file: gets a JSON line for each opportunity stored.
        accepts_for: how many seconds old a request may be; 300 on the real platform.
        dates: whether answers carry a Date header.
    """

    def __init__(
        self,
        ledger_file: Path | None = None,
        *,
        accepts_for: float = 2.0,
        dates: bool = True,
    ) -> None:
        self.access = AccessPolicy(KEY, SECRET, accepts_for)
        self.listing = Listing()
        self.plan = FaultPlan()
        self.dates = dates
        self.calls: Counter[str] = Counter()
        self._ledger = Ledger(ledger_file)
        self._steps: list[tuple[RequestStage, str, Callable[[str], object]]] = []
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
        """Wait until the calls in progress have ended."""
        for thread in list(self._threads):
            thread.join(_MAX_READ)

    @property
    def ledger(self) -> list[LedgerEntry]:
        """Every opportunity that was stored, oldest first."""
        return list(self._ledger.entries)

    @property
    def injected(self) -> Counter[str]:
        """How often each kind of fault has happened."""
        return Counter(self.plan.injected)

    def inject(
        self, fault: PlatformFault, times: int | None = 1, on: str = ADD, reference: str | None = None
    ) -> None:
        """Inject a fault into the next calls; into all of them when ``times`` is None."""
        self.plan.add(fault, on=on, times=times, reference=reference)

    def inject_now_and_then(
        self, faults: list[PlatformFault], probability: float, rng: random.Random, on: str = ADD
    ) -> None:
        """Inject one of these faults into calls with this probability, until cleared."""
        self.plan.add(*faults, on=on, times=None, probability=probability, rng=rng)

    def clear_faults(self) -> None:
        """Work correctly from now on, and release the calls that hang."""
        self.plan.clear()
        self.release()

    def release(self) -> None:
        """Release the calls that hang now; later ones hang until the next release."""
        with self._lock:
            released, self._released = self._released, threading.Event()
        released.set()

    def when(self, stage: RequestStage, step_in: Callable[[str], object], on: str = ADD) -> None:
        """Call this, with the enquiry's reference, when the next call reaches a stage."""
        with self._lock:
            self._steps.append((stage, on, step_in))

    def revoke_key(self) -> None:
        """Answer every call with 463."""
        self.access.revoked = True

    def restore_key(self) -> None:
        """Accept the key again."""
        self.access.revoked = False

    def refuse_connections(self) -> None:
        """Stop listening, so that connections are refused."""
        self._refusing.set()
        if self._listener is not None:
            self._listener.join()
        self._listening.close()

    def accept_connections(self) -> None:
        """Listen again, on the same port."""
        self._listening = socket.create_server(("127.0.0.1", self.port), backlog=128)
        self._start_listening()

    def current(self, reference: str) -> dict[str, Any]:
        """Return the opportunity with that reference, with every change applied."""
        return self._ledger.current(reference)

    def _start_listening(self) -> None:
        self._refusing.clear()
        self._listening.settimeout(_ACCEPT_POLL)
        self._listener = threading.Thread(target=self._accept, name="stand-in")
        self._listener.start()

    def _accept(self) -> None:
        while not self._refusing.is_set():
            with suppress(TimeoutError):
                sock, _ = self._listening.accept()
                sock.settimeout(_MAX_READ)
                thread = threading.Thread(target=self._receive, args=(sock,), daemon=True)
                self._threads.add(thread)
                thread.start()

    def _receive(self, sock: socket.socket) -> None:
        connection = ClientConnection(sock, self._leaving, self._released, self._date)
        with sock, suppress(OSError):  # a client may leave at any time
            self._serve(connection)
        self._threads.discard(threading.current_thread())

    def _date(self) -> str | None:
        return self.access.http_date() if self.dates else None

    def _serve(self, connection: ClientConnection) -> None:
        head = connection.read_head()
        self.calls[head.action] += 1
        self._reach(RequestStage.ARRIVING, _Request(head.action, None, ""))
        refused = self.access.refusal(head)
        unread = None if refused else self.plan.take_unread(head.action)
        if unread:
            unread.act(connection, b"")
            return
        request = _read(head, connection)
        self._reach(RequestStage.ARRIVED, request)
        fault = None if refused else self.plan.take(request.action, request.reference)
        answer = refused or self._handle(request, fault, connection)
        if fault:
            fault.act(connection, answer)
        else:
            connection.answer(answer)
        self._reach(RequestStage.ANSWERED, request)

    def _handle(self, request: _Request, fault: PlatformFault | None, connection: ClientConnection) -> bytes:
        """Do what is requested, unless the fault prevents it, and return the correct answer."""
        error = _validation_error(request)
        if error:
            return error
        if request.action == LIST:
            return json_answer(self.listing.page(self._ledger, request.payload))
        if request.action == PING:
            return json_answer({"ack": True})
        if fault and (not fault.stores or connection.closes_within(fault.stores_after)):
            return refusal(500, "This was not stored")
        is_change = isinstance(request.payload, dict) and "id" in request.payload
        entry = self._ledger.change(request.payload) if is_change else self._ledger.append(request.payload)
        if entry is None:
            return refusal(400, "The opportunity does not exist", 24222)
        self._reach(RequestStage.STORED, request)
        return json_answer({"success": True, "id": entry.opportunity_id})

    def _reach(self, stage: RequestStage, request: _Request) -> None:
        with self._lock:
            step = next((step for step in self._steps if step[:2] == (stage, request.action)), None)
            if step:
                self._steps.remove(step)
        if step:
            step[2](request.reference)


def _read(head: Head, connection: ClientConnection) -> _Request:
    body = connection.read_body(head.length)
    payload = None
    if hashlib.md5(body, usedforsecurity=False).hexdigest() == head.headers.get("content-md5"):
        with suppress(ValueError):
            payload = json.loads(body)
    if head.action == LIST and isinstance(payload, dict):
        return _Request(head.action, payload, str(payload.get("filter", {}).get("name__CONTAINS", "")))
    return _Request(head.action, payload, reference_in(payload))


def _validation_error(request: _Request) -> bytes | None:
    if request.action not in {ADD, LIST, PING}:
        return refusal(404, "There is no such call")
    if not isinstance(request.payload, dict):
        return refusal(400, "The request is empty", 24221)
    is_whole = request.payload.get("venueId") and (request.payload.get("name") or request.payload.get("id"))
    if request.action == ADD and not is_whole:
        return refusal(400, "A required parameter is missing", 23017)
    return None


def _listen_somewhere() -> socket.socket:
    for port in random.SystemRandom().sample(_PORTS, 100):
        with suppress(OSError):
            return socket.create_server(("127.0.0.1", port), backlog=128)
    raise AssertionError("no port is free")
