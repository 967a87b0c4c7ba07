"""A client's connection: what has come of its request, and what of the answer must still go."""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections import deque
from enum import Enum, auto
from typing import Any, Final

from gunicorn.http.body import EOFReader
from gunicorn.workers.gthread import TConn

from webapp.server.framing import Framing

PARTS_AT_ONCE: Final = 64
"""Far fewer than the parts that any system takes in one call (IOV_MAX is at least 16, and 1024 in fact)."""


ABORT: Final = struct.pack("ii", 1, 0)


class Phase(Enum):
    """What a connection that no thread works for is waited for: something new, or the rest of something."""

    IDLE = auto()
    HEAD = auto()
    BODY = auto()
    ANSWER = auto()
    CLOSE = auto()


class Exchange:
    """Stands in for the socket while a thread answers: a request that is whole, and the answer to it."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._read = 0
        self.is_too_short = False
        self.answer: list[bytes] = []

    @property
    def is_read(self) -> bool:
        """Whether nothing of the request is left."""
        return self._read >= len(self._request)

    def recv(self, size: int) -> bytes:
        """Return what comes next of the request, and nothing after its end, as if the client had closed."""
        part = self._request[self._read : self._read + size]
        self._read += len(part)
        self.is_too_short |= not part
        return part

    def sendall(self, data: bytes) -> None:
        """Add to the answer."""
        self.answer.append(data)

    def send(self, data: bytes) -> int:
        """Swallow gunicorn's "100 Continue": whoever waited for it was told when the head had come."""
        return len(data)

    def gettimeout(self) -> None:
        """Return that nothing here is waited for."""

    def settimeout(self, seconds: float | None) -> None:
        """Do nothing: nothing here is waited for."""

    def setblocking(self, blocking: bool) -> None:  # noqa: FBT001 (as sockets have it)
        """Do nothing, as above."""

    def shutdown(self, how: int) -> None:
        """Do nothing: the worker closes the connection when the answer has gone."""

    def close(self) -> None:
        """Do nothing, as above."""


class Connection(TConn):  # type: ignore[misc]  # gunicorn is not typed
    """A connection; threads see it as gunicorn's own, with an ``Exchange`` as its socket."""

    def __init__(
        self, cfg: Any, client_socket: socket.socket, client: Any, server: Any, framing: Framing
    ) -> None:
        super().__init__(cfg, client_socket, client, server)
        self.network = client_socket
        self.framing = framing
        self.received = bytearray()
        self.phase: Phase | None = None
        self.since = 0.0
        self.held = 0
        self.is_kept = False
        self.is_broken = False
        self.unsent: deque[memoryview] = deque()

    def begin(self, phase: Phase) -> None:
        """Note what is waited for from now on."""
        self.phase, self.since = phase, time.monotonic()

    def take_request(self) -> None:
        """Put the request that is whole before whoever reads ``sock``."""
        request = bytes(self.received[: self.framing.end])
        del self.received[: self.framing.end]
        self.sock = Exchange(request)
        self.parser, self.initialized, self.data_ready = None, False, True

    @property
    def is_closed(self) -> bool:
        """Whether the connection was closed here."""
        return self.network.fileno() < 0

    def is_at_an_end(self) -> bool:
        """Say whether the request is certainly over, by gunicorn's parser as well as by the framing."""
        if self.framing.is_cut or self.parser is None:
            return False
        # Of a request without a body gunicorn takes whatever comes until the end.
        has_body = not isinstance(self.parser.mesg.body.reader, EOFReader)
        if has_body and self.sock.is_too_short:
            return False
        return self.sock.is_read and not self.parser.unreader.take_buffered()

    def answer(self, *parts: bytes) -> None:
        """Send as much of an answer as goes at once, and keep the rest."""
        self.unsent.extend(memoryview(part) for part in parts if part)
        self.send()

    def send(self) -> None:
        """Send as much as goes without waiting."""
        try:
            while self.unsent:
                sent = self.network.sendmsg([*self.unsent][:PARTS_AT_ONCE])
                while self.unsent and sent >= len(self.unsent[0]):
                    sent -= len(self.unsent.popleft())
                if sent:
                    self.unsent[0] = self.unsent[0][sent:]
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            self.is_broken = True

    def end_answers(self) -> None:
        """Tell the client that nothing more comes, and forget what it sent."""
        self.received.clear()
        with contextlib.suppress(OSError):
            self.network.shutdown(socket.SHUT_WR)

    def close(self, graceful: bool = False) -> None:  # noqa: FBT001, FBT002 (as in gunicorn)
        """Close it; of an answer that nobody takes the system keeps nothing either."""
        del graceful
        with contextlib.suppress(OSError):
            if self.unsent:
                self.network.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
            self.network.close()


def refusal(status: str) -> bytes:
    """Return what is answered to who never came to ask for anything."""
    return f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()
