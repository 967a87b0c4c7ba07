"""The web process: one loop waits for all slow clients at once, and threads only answer complete requests.

gunicorn's own threaded worker gives each client a thread from the first byte of its request to the last of
the answer, so a few slow clients keep everybody else out. docs/decisions/0016 lists the internals of gunicorn
that this relies on, and ``tests/server`` checks them.
"""

from __future__ import annotations

import errno
import selectors
import socket
import sys
import time
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Future
from functools import partial
from typing import Any, ClassVar, Final

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from webapp.server.connection import Connection, Phase, refusal
from webapp.server.file_limit import raise_file_limit
from webapp.server.framing import Framing, Progress

RECEIVED_AT_ONCE: Final = 64 * 1024
MIN_IDLENESS: Final = 2.0
"""Seconds for which an idle connection is not closed to make room: its request may be on the way."""

WARN_AGAIN: Final = 60.0
DEFAULT_MAX_BODY: Final = 1024 * 1024
NO_FILE_LEFT: Final = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
HOLDING: Final = (Phase.ANSWER, Phase.BODY, Phase.HEAD)


class BufferingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn is not typed
    """gunicorn's threaded worker, whose loop receives all requests and sends all answers."""

    patience: ClassVar[dict[Phase, float]] = {
        Phase.HEAD: 20.0,
        Phase.BODY: 120.0,
        Phase.ANSWER: 30.0,
        Phase.CLOSE: 5.0,
    }
    """Seconds to wait for the whole head, the whole body, any progress of an answer, and the client to close.

    Idle connections stay open for as long as gunicorn's ``keepalive`` says.
    """

    max_held: ClassVar[int] = 64 * 1024 * 1024
    """Bytes of requests and answers that one process may hold."""

    worker_connections: int

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Refuse to start if gunicorn is to speak TLS: a thread has no socket to speak it on."""
        del log
        if cfg.is_ssl:
            sys.exit("gunicorn cannot speak TLS for leadform: put a web server before it that does")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patience = {Phase.IDLE: max(float(self.cfg.keepalive), MIN_IDLENESS), **self.patience}
        self._waiting: dict[Phase, OrderedDict[Connection, None]] = {phase: OrderedDict() for phase in Phase}
        self._held = 0
        self._max_connections = self.worker_connections
        self._max_body = DEFAULT_MAX_BODY
        self._warned_at = -WARN_AGAIN

    def load_wsgi(self) -> None:
        """Load the application, and ask it for its longest body."""
        super().load_wsgi()
        self._max_body = getattr(self.wsgi, "config", {}).get("MAX_FORM_BODY", DEFAULT_MAX_BODY)
        self._max_connections = raise_file_limit(self.cfg.worker_connections)
        # At the limit, one more is accepted and another one closed; gunicorn would accept none.
        self.worker_connections = self._max_connections + 1

    def accept(self, listener: socket.socket) -> None:
        """Accept one connection, and close another if there are too many.

        Only one per turn of the loop: otherwise this process would take the work of the others.
        """
        try:
            client_socket, client = listener.accept()
        except OSError as error:  # usually because another process was faster
            if error.errno in NO_FILE_LEFT:
                self._close_oldest(Phase)
            return
        self.nr_conns += 1
        framing, server = Framing(self._max_body), listener.getsockname()
        self._wait(Connection(self.cfg, client_socket, client, server, framing), Phase.IDLE)
        if self.nr_conns > self._max_connections:
            self._close_oldest(Phase)

    def handle(self, conn: Connection) -> bool:
        """Answer a request in a thread, and say whether the connection may be used again."""
        is_kept = bool(super().handle(conn)) and conn.is_at_an_end()
        conn.answer(*conn.sock.answer)
        return is_kept

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:  # noqa: FBT001 (as in gunicorn)
        """Skip what the application did not read; if that is malformed, send no second answer."""
        try:
            return bool(super()._keepalive_after(conn, keepalive))
        except Exception:  # noqa: BLE001 (the client may have sent anything)
            return False

    def finish_request(self, conn: Connection, answered: Future[bool]) -> None:
        """Go on with a connection whose thread has finished."""
        conn.is_kept = not answered.cancelled() and answered.exception() is None and answered.result()
        self._hold(conn, sum(map(len, conn.unsent)) + len(conn.received))
        self._go_on_sending(conn)

    def murder_pending(self) -> None:
        """Close connections that were waited for too long."""
        now = time.monotonic()
        for phase, connections in self._waiting.items():
            while connections and (oldest := next(iter(connections))).since + self._patience[phase] <= now:
                if phase in {Phase.HEAD, Phase.BODY}:
                    self._refuse(oldest, "408 Request Timeout")
                else:
                    self._close(oldest)

    def murder_keepalived(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 (as in gunicorn)
        """When the worker exits, close everything; ``murder_pending`` does the rest."""
        while force and (left := next((c for cs in self._waiting.values() for c in cs), None)):
            self._close(left)

    def _cap_keepalive(self, deadline: float) -> None:
        """While the worker stops, wait for idle clients only as long as for a request that is on the way."""
        del deadline
        for phase in (Phase.IDLE, Phase.CLOSE):
            self._patience[phase] = min(self._patience[phase], STOP_KEEPALIVE_LINGER)

    def _wait(self, conn: Connection, phase: Phase) -> None:
        self._stop_waiting(conn)
        conn.begin(phase)
        self._waiting[phase][conn] = None
        if phase is Phase.ANSWER:
            self.poller.register(conn.network, selectors.EVENT_WRITE, partial(self._on_writable, conn))
        else:
            self.poller.register(conn.network, selectors.EVENT_READ, partial(self._on_readable, conn))

    def _stop_waiting(self, conn: Connection) -> None:
        if conn.phase is not None:
            self._waiting[conn.phase].pop(conn)
            self.poller.unregister(conn.network)
            conn.phase = None

    def _on_readable(self, conn: Connection, network: socket.socket) -> None:
        try:
            data = network.recv(RECEIVED_AT_ONCE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data, conn.is_broken = b"", True
        if conn.phase is Phase.CLOSE and data:
            return
        if conn.is_broken or not (data or conn.received):
            self._close(conn)
        elif not data:
            # Half a request: gunicorn or the application decides what to answer.
            conn.framing.end, conn.framing.is_cut = len(conn.received), True
            self._answer(conn)
        else:
            conn.received += data
            self._hold(conn, len(conn.received))
            if not conn.is_broken:
                self._read_on(conn)

    def _read_on(self, conn: Connection) -> None:
        """Act on how much of the request has arrived."""
        match conn.framing.look(conn.received):
            case Progress.WHOLE:
                self._answer(conn)
            case Progress.HEAD_TOO_LONG:
                self._refuse(conn, "431 Request Header Fields Too Large")
            case Progress.BODY if conn.phase is not Phase.BODY:
                self._wait(conn, Phase.BODY)
                if conn.framing.expects_continue:
                    conn.answer(b"HTTP/1.1 100 Continue\r\n\r\n")
            case Progress.HEAD if conn.phase is not Phase.HEAD:
                self._wait(conn, Phase.HEAD)

    def _answer(self, conn: Connection) -> None:
        self._stop_waiting(conn)
        conn.take_request()
        self.enqueue_req(conn)

    def _refuse(self, conn: Connection, status: str) -> None:
        self._stop_waiting(conn)
        conn.received.clear()
        conn.is_kept = False
        conn.answer(refusal(status))
        self._go_on_sending(conn)

    def _on_writable(self, conn: Connection, network: socket.socket) -> None:
        del network
        conn.send()
        self._hold(conn, sum(map(len, conn.unsent)) + len(conn.received))
        self._go_on_sending(conn)

    def _go_on_sending(self, conn: Connection) -> None:
        """Wait until the answer is sent, then for the next request or for the client to close."""
        if conn.is_broken:
            self._close(conn)
        elif conn.unsent:
            self._wait(conn, Phase.ANSWER)
        elif conn.is_kept:
            conn.framing = Framing(self._max_body)
            self._wait(conn, Phase.IDLE)
            if conn.received:
                self._read_on(conn)
        else:
            # If it were closed now, a client that is still sending would lose the answer (RFC 9112, 9.6).
            conn.end_answers()
            self._hold(conn, 0)
            self._wait(conn, Phase.CLOSE)

    def _hold(self, conn: Connection, size: int) -> None:
        """Note how many bytes a connection holds, and close some, perhaps this one, if all hold too many."""
        self._held += size - conn.held
        conn.held = size
        while self._held > self.max_held and self._close_oldest(HOLDING):
            pass

    def _close_oldest(self, phases: Iterable[Phase]) -> bool:
        """Close the connection that can best be spared, and say whether there was one."""
        firsts = [next(iter(self._waiting[phase])) for phase in phases if self._waiting[phase]]
        if not firsts:
            return False
        idle_since = time.monotonic() - MIN_IDLENESS
        idle = [c for c in firsts if c.phase in {Phase.IDLE, Phase.CLOSE} and c.since <= idle_since]
        self._close(min(idle or firsts, key=lambda conn: conn.since))
        if time.monotonic() - self._warned_at > WARN_AGAIN:
            self._warned_at = time.monotonic()
            self.log.warning("Too many slow clients: connections are closed to let others in")
        return True

    def _close(self, conn: Connection) -> None:
        if conn.is_closed:  # to make room, while an event for it was still to be handled
            return
        self._stop_waiting(conn)
        self._held -= conn.held
        conn.held, conn.is_broken = 0, True
        self.nr_conns -= 1
        conn.close()
