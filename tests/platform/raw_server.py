"""A server of bare sockets on loopback, for answers that no real web server would give."""

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
"""A self-signed certificate for 127.0.0.1 with its key: trusted by nobody."""

_ACCEPT_POLL: Final = 0.01
_MAX_WAIT: Final = 60.0


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request exactly as received: header names as written, nothing decoded."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Return the value of the only header with this name."""
        (value,) = [value for key, value in self.headers if key.lower() == name.lower()]
        return value

    def json(self) -> Any:
        """Return the body, decoded."""
        return json.loads(self.body)


class Connection:
    """One connection from a client."""

    def __init__(self, sock: socket.socket, server: RawServer) -> None:
        self._socket = sock
        self._server = server

    def read_request(self) -> ReceivedRequest:
        """Read one complete request and record it."""
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
        """Read the first bytes that arrive."""
        return self._receive()

    def send(self, content: bytes) -> None:
        """Send bytes as they are."""
        self._socket.sendall(content)

    def drip(self, content: bytes, *, pause: float = 0.05) -> None:
        """Send one byte at a time, with a pause in seconds after each, until the server closes."""
        for position in range(len(content)):
            self._socket.sendall(content[position : position + 1])
            if self._server.closing.wait(pause):
                return

    def keep_silent(self) -> None:
        """Keep the connection open without a word until the server closes."""
        self._server.closing.wait(_MAX_WAIT)

    def server_closes_within(self, seconds: float) -> bool:
        """Wait that many seconds; return whether the server is closing."""
        return self._server.closing.wait(seconds)

    def close(self) -> None:
        """Close the connection in an orderly way, even if some of the request is unread."""
        self._socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Reset the connection instead of closing it."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def _read_until(self, mark: bytes) -> bytes:
        content = b""
        while mark not in content:
            content += self._receive()
        return content

    def _receive(self) -> bytes:
        content = self._socket.recv(65536)
        if not content:
            raise ConnectionAbortedError("the client left in the middle of its request")
        return content


Behaviour = Callable[[Connection], None]
"""What the server does with a connection; when it returns, the connection is closed."""


class RawServer:
    """Listens on loopback for the duration of its ``with`` block.

    The first connection gets the first behaviour and so on; further ones get the last. ``requests`` are those
    read in full, ``connections`` counts every connection. With a ``certificate`` it speaks TLS.
    """

    def __init__(
        self, *behaviours: Behaviour, certificate: Path | None = None, buffer: int | None = None
    ) -> None:
        self.requests: list[ReceivedRequest] = []
        self.connections = 0
        self.closing = threading.Event()
        self._behaviours = behaviours
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
        """The address in the form of PLATFORM_URL."""
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
        """Accept no more connections, and wait until the current ones have ended."""
        accepting, *serving = self._threads
        for thread in serving:
            thread.join(_MAX_WAIT)
        assert accepting.is_alive()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, name="raw server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.closing.is_set():
            with suppress(TimeoutError):
                sock, _ = self._listening.accept()
                sock.settimeout(_MAX_WAIT)
                behaviour = self._behaviours[min(self.connections, len(self._behaviours) - 1)]
                self.connections += 1
                self._start(self._serve, sock, behaviour)

    def _serve(self, sock: socket.socket, behaviour: Behaviour) -> None:
        with sock, suppress(OSError):  # a client may leave at any time
            if self._context is None:
                behaviour(Connection(sock, self))
                return
            with self._context.wrap_socket(sock, server_side=True) as secured:
                behaviour(Connection(secured, self))


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


def answering(answer: bytes) -> Behaviour:
    """Return the behaviour of a normal server: read the request, send this answer, close."""

    def behaviour(connection: Connection) -> None:
        connection.read_request()
        connection.send(answer)

    return behaviour


def listing(rows: list[dict[str, Any]], page_size: int = 100, **claims: object) -> Behaviour:
    """Return the behaviour of a platform that lists these rows, a page at a time.

    ``claims`` override values of the list's ``meta``; ``...`` leaves a value out.
    """

    def behaviour(connection: Connection) -> None:
        wanted = connection.read_request().json()
        start, size = wanted["start"], min(wanted["perPage"], page_size)
        page = rows[start : start + size]
        meta = {"totalResults": len(rows), "start": start, "perPage": size, "count": len(page), **claims}
        meta = {key: value for key, value in meta.items() if value is not ...}
        connection.send(json_answer({"meta": meta, "results": page}))

    return behaviour
