"""A server of bare sockets on loopback, for the answers that no honest web server gives."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

CERTIFICATE: Final = Path(__file__).with_name("loopback_certificate.pem")
"""A self-signed certificate for 127.0.0.1 with its key: trusted by nobody, so it opens nothing."""

_ACCEPT_POLL: Final = 0.01
_MAX_WAIT: Final = 60.0


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request as it came off the wire: header names as they were written, nothing decoded."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Return the value of the one header of this name."""
        (value,) = [value for each, value in self.headers if each.lower() == name.lower()]
        return value

    def json(self) -> Any:
        """Return what the body says."""
        return json.loads(self.body)


class Connection:
    """One connection that a client made."""

    def __init__(self, connection: socket.socket, server: RawServer) -> None:
        self._connection = connection
        self._server = server

    def read_request(self) -> ReceivedRequest:
        """Read one whole request and note it."""
        head, _, body = self._read_until(b"\r\n\r\n").partition(b"\r\n\r\n")
        request_line, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = request_line.split(" ")
        headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
        length = next(int(value) for name, value in headers if name.lower() == "content-length")
        while len(body) < length:
            body += self._receive()
        request = ReceivedRequest(method, target, headers, body)
        self._server.requests.append(request)
        return request

    def read_some(self) -> bytes:
        """Read whatever comes first."""
        return self._receive()

    def send(self, content: bytes) -> None:
        """Send bytes as they are."""
        self._connection.sendall(content)

    def drip(self, content: bytes, *, pause: float = 0.05) -> None:
        """Send one byte at a time, with a pause of so many seconds after each, until the server closes."""
        for position in range(len(content)):
            self._connection.sendall(content[position : position + 1])
            if self._server.closing.wait(pause):
                return

    def keep_silent(self) -> None:
        """Say nothing, and keep the connection open until the server closes."""
        self._server.closing.wait(_MAX_WAIT)

    def server_closes_within(self, seconds: float) -> bool:
        """Pause for so many seconds, and say whether the server closes meanwhile."""
        return self._server.closing.wait(seconds)

    def close(self) -> None:
        """End the connection in an orderly way, whatever of the request is unread."""
        self._connection.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """End the connection by a reset instead of an orderly close."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()

    def _read_until(self, mark: bytes) -> bytes:
        content = b""
        while mark not in content:
            content += self._receive()
        return content

    def _receive(self) -> bytes:
        content = self._connection.recv(65536)
        if not content:
            raise ConnectionAbortedError("the client left in the middle of its request")
        return content


Conduct = Callable[[Connection], None]
"""What the server does with a visit; when it returns, the connection is closed."""


class RawServer:
    """Listens on loopback while its ``with`` block lasts.

    The first visit meets the first conduct and so on; further visits meet the last one. ``requests`` are
    those read in full, ``visits`` counts every connection. With a ``certificate`` it speaks TLS.
    """

    def __init__(
        self, *conducts: Conduct, certificate: Path | None = None, buffer: int | None = None
    ) -> None:
        self.requests: list[ReceivedRequest] = []
        self.visits = 0
        self.closing = threading.Event()
        self._conducts = conducts
        self._context: ssl.SSLContext | None = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate)
        self._listening = socket.create_server(("127.0.0.1", 0))
        if buffer is not None:
            self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self._listening.settimeout(_ACCEPT_POLL)
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        """The port it listens on."""
        port: int = self._listening.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """The address, as PLATFORM_URL would give it."""
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        for thread in list(self._threads):
            thread.join(_MAX_WAIT)
        self._listening.close()

    def finish(self) -> None:
        """Take no further visits, and wait until the ones under way have ended by themselves."""
        accepting, *visits = self._threads
        for thread in visits:
            thread.join(_MAX_WAIT)
        assert accepting.is_alive()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, name="raw server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.closing.is_set():
            with suppress(TimeoutError):
                connection, _ = self._listening.accept()
                connection.settimeout(_MAX_WAIT)
                conduct = self._conducts[min(self.visits, len(self._conducts) - 1)]
                self.visits += 1
                self._start(self._receive_visit, connection, conduct)

    def _receive_visit(self, connection: socket.socket, conduct: Conduct) -> None:
        with connection, suppress(OSError):  # a client that leaves is the client's affair
            if self._context is None:
                conduct(Connection(connection, self))
                return
            with self._context.wrap_socket(connection, server_side=True) as secured:
                conduct(Connection(secured, self))


def http_answer(status: int, body: bytes | str, headers: Mapping[str, str] | None = None) -> bytes:
    """Return the bytes of an answer, with a Content-Length unless ``headers`` give one."""
    content = body.encode() if isinstance(body, str) else body
    fields = {
        "Content-Type": "application/json",
        "Content-Length": str(len(content)),
        "Connection": "close",
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + content


def json_answer(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    """Return the bytes of an answer in JSON."""
    return http_answer(status, json.dumps(content), headers)


def answering(answer: bytes) -> Conduct:
    """Return the conduct of an honest server: read the request, send this answer, close."""

    def conduct(visit: Connection) -> None:
        visit.read_request()
        visit.send(answer)

    return conduct
