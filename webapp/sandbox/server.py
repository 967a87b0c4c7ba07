"""The sandbox on a port: in a thread for tests, or blocking for a command."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from webapp.sandbox.app import Sandbox, create_sandbox, utc_now
from webapp.sandbox.fault_injection import FaultInjector
from webapp.sandbox.response_options import ResponseOptions

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment  # it has no module at run time

# How often, in seconds, to check whether to stop.
_STOP_POLL = 0.01


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing: the page shows what arrived."""

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        """Close the connection; werkzeug decides that by the answer's headers, and here there are none."""
        del error, environ
        self.close_connection = True


class SandboxServer:
    """A sandbox in a thread: ``with SandboxServer(key=…, secret=…) as sandbox``.

    It listens at ``url`` once it is constructed, and answers between :meth:`start` and :meth:`stop`.
    ``port`` 0 takes a free port.

    Raises:
        OSError: the port is taken or not allowed.
    """

    def __init__(
        self,
        *,
        key: str,
        secret: str,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._app = create_sandbox(key, secret, clock=clock)
        self._server = _listen(host, port, self._app)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_STOP_POLL,), name="sandbox", daemon=True
        )
        self.url = f"http://{_bracket_ipv6(host)}:{self._server.port}"

    @property
    def faults(self) -> FaultInjector:
        """Where a test orders failures."""
        return self._app.faults

    @property
    def response_options(self) -> ResponseOptions:
        """How successful answers look; a test may change it."""
        return self._app.response_options

    def contacts(self) -> dict[int, dict[str, Any]]:
        """Return the contacts by id, with their details and the companies that they belong to."""
        return dict(self._app.store.contacts())

    def opportunities(self) -> list[dict[str, Any]]:
        """Return the opportunities received, newest first, as JSON with their ``id``."""
        return list(self._app.store.received())

    def delete(self, opportunity_id: int) -> None:
        """Delete an opportunity, as the venue's staff may."""
        self._app.store.delete(opportunity_id)

    def start(self) -> None:
        """Answer in a separate thread, until :meth:`stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Send the answers that are held back, stop answering, and free the port."""
        self.faults.release()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        else:
            self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def serve_forever(host: str, port: int, *, key: str, secret: str) -> None:
    """Answer on a port until a signal handler of the caller raises; the port is free afterwards.

    KeyboardInterrupt makes it return; any other exception is passed on.

    Raises:
        OSError: the port is taken or not allowed.
    """
    _listen(host, port, create_sandbox(key, secret)).serve_forever(_STOP_POLL)


def _listen(host: str, port: int, app: Sandbox) -> BaseWSGIServer:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # make_server would end the process if the port is taken; here the caller gets an exception instead.
    with socket.create_server((host, port), family=family, backlog=128) as listening:
        return make_server(
            host,
            port,
            app,
            threaded=True,
            request_handler=_QuietHandler,
            fd=listening.fileno(),
        )


def _bracket_ipv6(host: str) -> str:
    return f"[{host}]" if ":" in host else host
