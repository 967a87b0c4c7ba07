"""One connection to the stand-in for the platform: reading the request, and every way to answer it or not."""

from __future__ import annotations

import hashlib
import hmac
import select
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from tests.platform.raw_server import json_answer

MAX_REQUEST: Final = 1024 * 1024
MAX_SILENCE: Final = 60.0
_POLL: Final = 0.02


@dataclass(frozen=True, slots=True)
class Head:
    """The request line and the headers; names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Parse the bytes before the empty line."""
        request_line, *lines = content.decode("latin-1").split("\r\n")
        method, target, _ = request_line.split(" ")
        fields = (line.partition(":") for line in lines)
        return cls(method, target, {name.lower(): value.strip() for name, _, value in fields})

    @property
    def action(self) -> str:
        """The requested action, such as ``venue/addOrUpdateOpportunity``."""
        parts = urlsplit(self.target)
        action = parse_qs(parts.query).get("action", [""])[0]
        return f"{parts.path.removeprefix('/api/1.0/')}/{action}"

    @property
    def length(self) -> int:
        """The length of the body in bytes."""
        return int(self.headers.get("content-length", "0"))


class ClientConnection:
    """One connection from a client.

    Args:
        sock: the accepted socket.
        leaving: ends every wait, since the stand-in is closing.
        released: ends the waits of ``keep_silent``.
        date: returns the value of the Date header (RFC 9110, 6.6.1) for each answer; None leaves it out.
    """

    def __init__(
        self,
        sock: socket.socket,
        leaving: threading.Event,
        released: threading.Event,
        date: Callable[[], str | None],
    ) -> None:
        self._socket = sock
        self._leaving = leaving
        self._released = released
        self._date = date
        self._read = b""

    def read_head(self) -> Head:
        """Read the request line and the headers."""
        while b"\r\n\r\n" not in self._read:
            self._receive()
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        return Head.parse(head)

    def read_body(self, length: int) -> bytes:
        """Read the rest of the request."""
        while len(self._read) < length:
            self._receive()
        return self._read

    def send(self, content: bytes) -> None:
        """Send bytes as they are."""
        self._socket.sendall(content)

    def dated(self, answer: bytes) -> bytes:
        """Return an answer with the Date header added."""
        date = self._date()
        return answer if date is None else answer.replace(b"\r\n", f"\r\nDate: {date}\r\n".encode(), 1)

    def answer(self, answer: bytes) -> None:
        """Send an answer with the Date header."""
        self.send(self.dated(answer))

    def closes_within(self, seconds: float) -> bool:
        """Wait that long; return whether the stand-in is closing."""
        return self._leaving.wait(seconds)

    def reset(self) -> None:
        """End the connection by a reset instead of an orderly close."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def keep_silent(self) -> bool:
        """Wait until released; return False if the client leaves first."""
        for _ in range(int(MAX_SILENCE / _POLL)):
            if self._leaving.is_set():
                return False
            if self._released.is_set():
                return True
            readable, _, _ = select.select([self._socket], [], [], _POLL)
            if readable and not self._socket.recv(65536):
                return False
        return False

    def _receive(self) -> None:
        content = self._socket.recv(65536)
        self._read += content
        if not content or len(self._read) > MAX_REQUEST:
            raise ConnectionAbortedError(
                "the client left in the middle of its request, or its request is too large"
            )


@dataclass(slots=True)
class AccessPolicy:
    """Which requests are accepted: by key, signature and age, measured by the platform's own clock."""

    key: str
    secret: str
    accepts_for: float
    revoked: bool = False
    clock_offset: float = 0.0

    def now(self) -> datetime:
        """Return the time by the platform's clock."""
        return datetime.now(UTC) + timedelta(seconds=self.clock_offset)

    def refusal(self, head: Head) -> bytes | None:
        """Return the answer that refuses a request, or None if it is acceptable."""
        if self.revoked:
            return refusal(463, "The key was revoked")
        if head.headers.get("x-api-authorization") != f"IWS {self.key}:{self._signature(head)}":
            return refusal(401, "Unauthorized")
        try:
            dated = datetime.fromisoformat(head.headers["ivvy-date"]).replace(tzinfo=UTC)
        except (KeyError, ValueError):
            return refusal(401, "Unauthorized", 23005)
        if abs((self.now() - dated).total_seconds()) > self.accepts_for:
            return refusal(401, "The date is too far from ours", 23005)
        return None

    def http_date(self) -> str:
        """Return the time in the format of the Date header."""
        return format_datetime(self.now(), usegmt=True)

    def _signature(self, head: Head) -> str:
        headers = head.headers
        signed = "".join(
            (
                head.method,
                headers.get("content-md5", ""),
                headers.get("content-type", ""),
                head.target,
                headers.get("x-api-version", ""),
                "ivvydate=" + headers.get("ivvy-date", ""),
            )
        )
        return hmac.new(self.secret.encode(), signed.lower().encode(), hashlib.sha1).hexdigest()


def refusal(status: int, message: str, specific_code: int | None = None) -> bytes:
    """Return the platform's answer to a request that it refuses."""
    body: dict[str, Any] = {"errorCode": status, "message": message}
    if specific_code is not None:
        body["specificCode"] = specific_code
    return json_answer(body, status)
