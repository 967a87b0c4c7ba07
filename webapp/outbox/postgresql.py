"""Sessions of PostgreSQL: how they are opened, how long to wait for them, and which of them can be used.

A server can disappear silently, and a host name can lead to a read-only server. So every wait is bounded, and
no session is used that does not answer or cannot write. The numbers are explained in
``docs/decisions/0018-a-session-proves-itself-before-it-is-used.md``.
"""

from __future__ import annotations

import os
from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

Result = TypeVar("Result")

CONNECT_TIMEOUT_SECONDS: Final = 5
"""For one server to open a session."""

STATEMENT_TIMEOUT_SECONDS: Final = 8.0
"""After which the server cancels a statement."""

ANSWER_TIMEOUT_SECONDS: float = 10.0
"""For any answer: longer than the server's own time-out, so that a slow server can say so itself."""

LIVENESS_TIMEOUT_SECONDS: float = 3.0
"""For a session to show that it is alive, before it is used."""

MAX_SESSION_AGE_SECONDS: Final = 300
"""After which a session is replaced, so that a change of what the host name leads to is followed."""

SERVER_TIMEOUTS_SECONDS: Final = {
    "lock_timeout": 5.0,
    "statement_timeout": STATEMENT_TIMEOUT_SECONDS,
    # A process that froze in a transaction would otherwise lock its rows for ever.
    "idle_in_transaction_session_timeout": 15.0,
}
"""How long PostgreSQL lets a session wait or be idle."""

DEFAULTS: Final = {
    "connect_timeout": str(CONNECT_TIMEOUT_SECONDS),
    "target_session_attrs": "read-write",
    # Only keepalives notice a dead machine while a session is idle.
    "keepalives_idle": "4",
    "keepalives_interval": "2",
    "keepalives_count": "2",
    "tcp_user_timeout": "8000",
}
"""Parameters of libpq where neither DATABASE_URL nor the environment sets them."""

READ_ONLY: Final = "25006"
UNUSABLE_AFTER: Final = frozenset({READ_ONLY, "25P03", "25P04", "57P01", "57P02", "57P03", "57P04", "57P05"})
"""Errors (PostgreSQL's documentation, appendix A) after which a session is unusable: read-only, or ended."""
CONNECTION_EXCEPTION: Final = "08"

TRANSIENT: Final = frozenset({"40001", "40P01"})
"""Conflicts between transactions: this one is rolled back, and may well succeed when it is repeated."""

IS_NEW: Final = "leadform_is_new"


class ServerIsSilentError(psycopg.OperationalError):
    """The server did not answer in time, so nobody knows whether it did what was asked."""


class Session(psycopg.Connection[Any]):
    """A session that is closed when an answer takes over ``answer_timeout`` seconds; None waits for ever.

    The server's own time-outs are no help where the server, or the network to it, is gone.
    One that ``must_write`` is unusable once the server has said that it is read-only.
    """

    answer_timeout: float | None = None
    must_write = False

    def wait(self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None) -> Result:
        """Wait for the server; every statement passes here, even COMMIT.

        Raises:
            ServerIsSilentError: it did not answer, and the session is closed.
        """
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.answer_timeout)
        except psycopg.errors._WaitTimeout:  # noqa: SLF001 (the driver has no public name for it)
            self.close()
            raise ServerIsSilentError(
                f"The database server did not answer within {self.answer_timeout:g} seconds"
            ) from None

    def check_alive(self) -> None:
        """Check that the server answers, which also updates whether the session is read-only.

        Raises:
            psycopg.Error: it does not.
        """
        self.answer_timeout, self.autocommit = LIVENESS_TIMEOUT_SECONDS, True
        self.execute("")
        self.autocommit = False

    @property
    def is_unusable(self) -> bool:
        """Say whether the session must write but is read-only, as far as the server has said.

        Servers from PostgreSQL 14 on report every change with their next answer; older ones never do.
        """
        reported = (b"in_hot_standby", b"default_transaction_read_only")
        return self.must_write and any(self.pgconn.parameter_status(name) == b"on" for name in reported)


def postgresql_engine(url: str, pool_timeout: float) -> Engine:
    """Return the engine of a PostgreSQL URL as libpq reads it, which may name several hosts."""
    parameters = connection_parameters(url)
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: Session.connect(**parameters),
        pool_timeout=pool_timeout,
        pool_recycle=MAX_SESSION_AGE_SECONDS,
        hide_parameters=True,
    )
    must_write = parameters["target_session_attrs"] in {"read-write", "primary"}

    @event.listens_for(engine, "connect")
    def begin(session: Session, entry: ConnectionPoolEntry) -> None:
        session.answer_timeout, session.must_write = ANSWER_TIMEOUT_SECONDS, must_write
        entry.info[IS_NEW] = True

    @event.listens_for(engine, "checkout")
    def check(session: Session, entry: ConnectionPoolEntry, _proxy: object) -> None:
        if entry.info.pop(IS_NEW, False):
            return
        try:
            session.check_alive()
        except psycopg.Error as error:
            raise InvalidatePoolError(str(error)) from error
        if session.is_unusable:
            raise InvalidatePoolError("The session is read-only")
        session.answer_timeout = ANSWER_TIMEOUT_SECONDS

    @event.listens_for(engine, "handle_error")
    def mark_unusable(context: ExceptionContext) -> None:
        if context.connection is not None and leaves_unusable(context.original_exception):
            context.is_disconnect = True

    return engine


def connection_parameters(url: str) -> dict[str, Any]:
    """Return the parameters of libpq: those of the URL, and our defaults for those that nobody sets.

    Raises:
        psycopg.ProgrammingError: libpq cannot parse the URL.
    """
    given = conninfo_to_dict(url)
    in_environment = {
        option.keyword.decode()
        for option in Conninfo.get_defaults()
        if option.envvar is not None and option.envvar.decode() in os.environ
    }
    defaults = {name: value for name, value in DEFAULTS.items() if name not in in_environment}
    waits = " ".join(f"-c {name}={seconds:g}s" for name, seconds in SERVER_TIMEOUTS_SECONDS.items())
    # The last of several options wins.
    options = f"{waits} {given.get('options') or os.environ.get('PGOPTIONS', '')}".strip()
    target = given.get("target_session_attrs") or os.environ.get("PGTARGETSESSIONATTRS")
    return {
        **defaults,
        **given,
        "options": options,
        "target_session_attrs": target or DEFAULTS["target_session_attrs"],
    }


def leaves_unusable(error: BaseException) -> bool:
    """Say whether an error leaves its session unusable."""
    state = str(getattr(error, "sqlstate", None) or "")
    return state in UNUSABLE_AFTER or state.startswith(CONNECTION_EXCEPTION)


def is_transient(error: DBAPIError) -> bool:
    """Say whether the same transaction may well succeed when it is repeated at once.

    Not after the server was silent: the caller has waited long enough.
    """
    if isinstance(error.orig, ServerIsSilentError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in TRANSIENT


def disable_statement_timeout(connection: Connection) -> None:
    """Let the statements of a transaction run for as long as they take; call it at its beginning."""
    session = connection.connection.driver_connection
    if isinstance(session, Session):
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        session.answer_timeout = None
