"""How a request travels: an HTTP adapter in which every step shares one deadline.

A timeout given to requests bounds a single read, not the call: a server that sends a byte now and then holds
the caller for ever. Here resolving the name, connecting, the TLS handshake, sending and every read share one
deadline, and the exchange remembers whether any byte of the request had left.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any, Final

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

if TYPE_CHECKING:
    from urllib3._base_connection import BaseHTTPConnection  # a protocol that is there for types alone

MAX_CONNECT_SECONDS: Final = 10.0
"""For one address of a host that has several, so that a dead one leaves time for the next."""


class DeadlineExceededError(TimeoutError):
    """The whole call took longer than its deadline allows."""


class Exchange:
    """One call under way: how much time it has left, and whether any of it has been sent."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self.sending = False

    def remaining(self) -> float:
        """Return the seconds left.

        Raises:
            DeadlineExceededError: there are none left.
        """
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise DeadlineExceededError("the call took longer than it may")
        return left


_exchange: ContextVar[Exchange] = ContextVar("exchange")


@contextmanager
def exchange_within(seconds: float) -> Iterator[Exchange]:
    """Give all that this thread sends and reads inside the block this many seconds in total."""
    exchange = Exchange(seconds)
    token = _exchange.set(exchange)
    try:
        yield exchange
    finally:
        _exchange.reset(token)


class _DeadlineSocket(socket.socket):
    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(_exchange.get().remaining())
        return super().recv_into(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(_exchange.get().remaining())
        super().sendall(*args, **kwargs)


class _DeadlineTlsSocket(ssl.SSLSocket):
    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(_exchange.get().remaining())
        return super().recv_into(*args, **kwargs)

    def send(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(_exchange.get().remaining())
        return super().send(*args, **kwargs)


def _resolve(host: str, port: int) -> list[Any]:
    """Resolve a name in a thread of its own, since the system's resolver cannot be interrupted."""
    found: Future[list[Any]] = Future()

    def resolve() -> None:
        try:
            found.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:  # a name with an empty or overlong label is a UnicodeError
            found.set_exception(error)

    threading.Thread(target=resolve, name="resolver", daemon=True).start()
    return found.result(timeout=_exchange.get().remaining())


def _connect(host: str, port: int) -> socket.socket:
    exchange = _exchange.get()
    failure: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in _resolve(host.strip("[]"), port):
        connection = _DeadlineSocket(family, kind, protocol)
        try:
            connection.settimeout(min(exchange.remaining(), MAX_CONNECT_SECONDS))
            connection.connect(address)
            connection.settimeout(exchange.remaining())
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure


class _Response(HTTPResponse):
    def begin(self) -> None:
        """Drop the cookies: requests parses them all, and many in one header take it seconds."""
        super().begin()
        del self.msg["Set-Cookie"]


class _Connection(HTTPConnection):
    response_class = _Response

    def _new_conn(self) -> socket.socket:
        try:
            return _connect(self._dns_host, self.port or self.default_port)
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, f"{self.host} cannot be connected to: {error}") from error

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _exchange.get().sending = True
        super().send(data)


class _TlsConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    """Closes a connection after its call: reusing one that the other side just closed would lose a call."""

    ConnectionCls = _Connection

    def _put_conn(self, conn: BaseHTTPConnection | None) -> None:
        if conn is not None:
            conn.close()
        super()._put_conn(conn)


class _TlsPool(_Pool, HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class DeadlineAdapter(HTTPAdapter):
    """Sends requests inside ``exchange_within`` only; never retries, since that is for delivery to decide."""

    def __init__(self) -> None:
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use connections that keep to the deadline."""
        context = create_urllib3_context()
        context.sslsocket_class = _DeadlineTlsSocket
        super().init_poolmanager(*args, ssl_context=context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
