"""A TCP proxy before a database server, which can lead elsewhere or fall silent as a virtual address can."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from enum import Enum, auto
from types import TracebackType
from typing import Final, Self

from sqlalchemy.engine import make_url

_CHUNK: Final = 65536
_POLL: Final = 0.05


class Loss(Enum):
    """What is lost when a client sends a certain word, such as COMMIT."""

    REQUEST_CUT = auto()
    """The server never receives it, and the connection ends."""
    REQUEST_SILENT = auto()
    """The server never receives it, and the connection stays open for ever."""
    ANSWER_CUT = auto()
    """The server executes it; its response is lost, and the connection ends."""
    ANSWER_SILENT = auto()
    """The server executes it; its response is lost, and the connection stays open for ever."""


class _ProxiedConnection:
    """A client's connection, and the proxied one to the server."""

    def __init__(self, name: ServerName, client: socket.socket, server: socket.socket | None) -> None:
        self._name = name
        self._client, self._server = client, server
        self.is_silent = server is None
        self._loses_answer: Loss | None = None
        self._threads = [threading.Thread(target=self._to_server, daemon=True)]
        if server is not None:
            self._threads.append(threading.Thread(target=self._to_client, daemon=True))
        for thread in self._threads:
            thread.start()

    def cut(self) -> None:
        """End both connections."""
        for end in (self._client, self._server):
            if end is not None:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def clear_away(self) -> None:
        self.cut()
        for thread in self._threads:
            thread.join()
        for end in (self._client, self._server):
            if end is not None:
                end.close()

    def _to_server(self) -> None:
        with suppress(OSError):
            while content := self._client.recv(_CHUNK):
                if self.is_silent or self._server is None:
                    continue
                loss = self._name.loss_in(content)
                if loss in {Loss.REQUEST_CUT, Loss.REQUEST_SILENT}:
                    self._lose(loss)
                    continue
                self._loses_answer = self._loses_answer or loss
                self._server.sendall(content)
        if not self.is_silent:
            self.cut()

    def _to_client(self) -> None:
        assert self._server is not None
        with suppress(OSError):
            while content := self._server.recv(_CHUNK):
                if self._loses_answer is not None:
                    self._lose(self._loses_answer)
                elif not self.is_silent:
                    self._client.sendall(content)
        if not self.is_silent:
            self.cut()

    def _lose(self, loss: Loss) -> None:
        self._name.lost.set()
        if loss in {Loss.REQUEST_CUT, Loss.ANSWER_CUT}:
            self.cut()
        else:
            self.is_silent = True


class ServerName:
    """A proxy on loopback while its ``with`` block lasts; ``lead_to`` sets the port that it leads to."""

    def __init__(self, leads_to: int) -> None:
        self._leads_to: int | None = leads_to
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._listener.settimeout(_POLL)
        self.port: int = self._listener.getsockname()[1]
        self._connections: list[_ProxiedConnection] = []
        self._ends = threading.Event()
        self._awaited: tuple[bytes, Loss] | None = None
        self.lost = threading.Event()
        """Set when something was lost."""
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._ends.set()
        self._thread.join()
        for connection in self._connections:
            connection.clear_away()
        self._listener.close()

    def in_place_of(self, url: str) -> str:
        """Return a database's address with the proxy's port."""
        return make_url(url).set(port=self.port).render_as_string(hide_password=False)

    @property
    def connections(self) -> int:
        """How many connections were made so far."""
        return len(self._connections)

    def lead_to(self, port: int) -> None:
        """Lead new connections to another server."""
        self._leads_to = port

    def cut(self) -> None:
        """End every connection."""
        for connection in self._connections:
            connection.cut()

    def silence_connections(self) -> None:
        """Pass nothing more on existing connections, like a firewall that forgot them."""
        for connection in self._connections:
            connection.is_silent = True

    def fall_silent(self) -> None:
        """Pass nothing more, on new connections neither, as when the machine hangs."""
        self._leads_to = None
        self.silence_connections()

    def lose(self, word: bytes, loss: Loss) -> None:
        """Lose something when a client next sends this word."""
        self.lost.clear()
        self._awaited = (word, loss)

    def loss_in(self, content: bytes) -> Loss | None:
        """Return what is to be lost with this content, once."""
        if self._awaited is None or self._awaited[0] not in content:
            return None
        loss, self._awaited = self._awaited[1], None
        return loss

    def _listen(self) -> None:
        while not self._ends.is_set():
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            client.settimeout(None)
            server = None
            if self._leads_to is not None:
                try:
                    server = socket.create_connection(("127.0.0.1", self._leads_to))
                except OSError:
                    client.close()
                    continue
            self._connections.append(_ProxiedConnection(self, client, server))
