"""The sandbox on a port: in a thread for tests, or blocking for a command."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from webapp.sandbox.answering import Answering
from webapp.sandbox.app import Sandbox, create_sandbox, utc_now
from webapp.sandbox.faults import Faults

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment  # it has no module at run time

# Seconds between looks at whether to stop.
_STOP_POLL = 0.01


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the page shows what arrived."""

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        """Close the connection, which werkzeug does by the headers of an answer, and here is none."""
        del error, environ
        self.close_connection = True


class SandboxServer:
    """A sandbox in a thread: ``with SandboxServer(key=…, secret=…) as sandbox``.

    It listens from its construction on, at ``url``, and answers from :meth:`start` to :meth:`stop`.
    ``port`` 0 takes a free one.

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
        self.url = f"http://{_in_address(host)}:{self._server.port}"

    @property
    def faults(self) -> Faults:
        """The failures that the sandbox can be told to make."""
        return self._app.faults

    @property
    def answering(self) -> Answering:
        """How answers are put, which may be changed."""
        return self._app.answering

    def contacts(self) -> dict[int, dict[str, Any]]:
        """Return the contacts by id: what is known of each, and the companies that they belong to."""
        return dict(self._app.store.contacts())

    def opportunities(self) -> list[dict[str, Any]]:
        """Return what was received, newest first: the JSON of each opportunity and its ``id``."""
        return list(self._app.store.received())

    def delete(self, opportunity_id: int) -> None:
        """Take an opportunity away, as the venue's staff may."""
        self._app.store.delete(opportunity_id)

    def start(self) -> None:
        """Answer in a thread of its own, until :meth:`stop`."""
        self._thread.start()

    def stop(self) -> None:
        """Send off the answers that hang, stop answering, and free the port."""
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
    """Answer on a port until a signal handler of the caller raises; the port is free when this ends.

    A KeyboardInterrupt makes it return; any other exception passes through.

    Raises:
        OSError: the port is taken or not allowed.
    """
    _listen(host, port, create_sandbox(key, secret)).serve_forever(_STOP_POLL)


def _listen(host: str, port: int, app: Sandbox) -> BaseWSGIServer:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Bound here because make_server would end the process where a port is taken; a caller can say it better.
    with socket.create_server((host, port), family=family, backlog=128) as listening:
        return make_server(
            host,
            port,
            app,
            threaded=True,
            request_handler=_QuietHandler,
            fd=listening.fileno(),
        )


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
