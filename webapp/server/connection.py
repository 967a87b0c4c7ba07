"""A client's connection: what has arrived of its request, and what is left to send of the answer."""

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
"""Buffers in one ``sendmsg`` call; systems take 1024 (IOV_MAX)."""

ABORT: Final = struct.pack("ii", 1, 0)


class Phase(Enum):
    """What the loop waits for on a connection that no thread is working for."""

    IDLE = auto()
    HEAD = auto()
    BODY = auto()
    ANSWER = auto()
    CLOSE = auto()


class Exchange:
    """Stands in for the socket while a thread answers: the whole request, and the answer to it."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._read = 0
        self.is_too_short = False
        self.answer: list[bytes] = []

    @property
    def is_read(self) -> bool:
        """Whether the whole request has been read."""
        return self._read >= len(self._request)

    def recv(self, size: int) -> bytes:
        """Return the next part of the request; after its end nothing, as if the client had closed."""
        part = self._request[self._read : self._read + size]
        self._read += len(part)
        self.is_too_short |= not part
        return part

    def sendall(self, data: bytes) -> None:
        """Add to the answer."""
        self.answer.append(data)

    def send(self, data: bytes) -> int:
        """Drop gunicorn's "100 Continue": the loop sent it when the head had arrived."""
        return len(data)

    def gettimeout(self) -> None:
        """Return None: nothing here can block."""

    def settimeout(self, seconds: float | None) -> None:
        """Do nothing: nothing here can block."""

    def setblocking(self, blocking: bool) -> None:  # noqa: FBT001 (as sockets have it)
        """Do nothing, as above."""

    def shutdown(self, how: int) -> None:
        """Do nothing: the worker closes the connection once the answer is sent."""

    def close(self) -> None:
        """Do nothing, as above."""


class Connection(TConn):  # type: ignore[misc]  # gunicorn is not typed
    """A connection; to threads it is gunicorn's own, with an ``Exchange`` for a socket."""

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
        """Note what the loop waits for from now on."""
        self.phase, self.since = phase, time.monotonic()

    def take_request(self) -> None:
        """Hand the whole request to the thread that reads ``sock``."""
        request = bytes(self.received[: self.framing.end])
        del self.received[: self.framing.end]
        self.sock = Exchange(request)
        self.parser, self.initialized, self.data_ready = None, False, True

    @property
    def is_closed(self) -> bool:
        """Whether we have closed the connection."""
        return self.network.fileno() < 0

    def is_at_an_end(self) -> bool:
        """Say whether the request is over, both for gunicorn's parser and by the framing."""
        if self.framing.is_cut or self.parser is None:
            return False
        # If a request has no body, gunicorn reads on to the end of the connection.
        has_body = not isinstance(self.parser.mesg.body.reader, EOFReader)
        if has_body and self.sock.is_too_short:
            return False
        return self.sock.is_read and not self.parser.unreader.take_buffered()

    def answer(self, *parts: bytes) -> None:
        """Send as much of an answer as possible without waiting, and keep the rest."""
        self.unsent.extend(memoryview(part) for part in parts if part)
        self.send()

    def send(self) -> None:
        """Send as much as possible without waiting."""
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
        """Tell the client that nothing more will come, and forget what it sent."""
        self.received.clear()
        with contextlib.suppress(OSError):
            self.network.shutdown(socket.SHUT_WR)

    def close(self, graceful: bool = False) -> None:  # noqa: FBT001, FBT002 (as in gunicorn)
        """Close it, and let the system drop an answer that the client does not take."""
        del graceful
        with contextlib.suppress(OSError):
            if self.unsent:
                self.network.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
            self.network.close()


def refusal(status: str) -> bytes:
    """Return the answer to a client whose request never became complete."""
    return f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()
