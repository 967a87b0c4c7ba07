"""Sessions of PostgreSQL: how they are opened, for how long one is waited for, and which are fit for use.

A server can go away without a word, and a name can lead to a server that only reads. So no wait is without an
end, and no session is used that does not answer or that cannot write. The numbers are explained in
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
"""Seconds to wait for one server to open a session."""

STATEMENT_TIMEOUT_SECONDS: Final = 8.0
"""Seconds after which the server gives a statement up."""

ANSWER_TIMEOUT_SECONDS: float = 10.0
"""Seconds to wait for an answer: more than the server takes to give up, so that a slow one can say so."""

LIVENESS_TIMEOUT_SECONDS: float = 3.0
"""Seconds to wait for a session to show that it lives, before each use."""

MAX_SESSION_AGE_SECONDS: Final = 300
"""Seconds after which a session is opened anew, so that a name is followed wherever it leads."""

SERVER_TIMEOUTS_SECONDS: Final = {
    "lock_timeout": 5.0,
    "statement_timeout": STATEMENT_TIMEOUT_SECONDS,
    # A process that fell asleep in a transaction would otherwise keep its rows from everybody for ever.
    "idle_in_transaction_session_timeout": 15.0,
}
"""How long PostgreSQL lets a session wait or idle, in seconds."""

DEFAULTS: Final = {
    "connect_timeout": str(CONNECT_TIMEOUT_SECONDS),
    "target_session_attrs": "read-write",
    # Nothing else notices a machine that is gone while nothing is asked of it.
    "keepalives_idle": "4",
    "keepalives_interval": "2",
    "keepalives_count": "2",
    "tcp_user_timeout": "8000",
}
"""Parameters of libpq, where neither DATABASE_URL nor the environment gives them."""

READ_ONLY: Final = "25006"
UNUSABLE_AFTER: Final = frozenset({READ_ONLY, "25P03", "25P04", "57P01", "57P02", "57P03", "57P04", "57P05"})
"""Errors (PostgreSQL's documentation, appendix A) that make a session useless: it only reads, or ends."""
CONNECTION_EXCEPTION: Final = "08"

TRANSIENT: Final = frozenset({"40001", "40P01"})
"""Errors of a transaction that stood in another's way: it is undone, and the same again may well succeed."""

IS_NEW: Final = "leadform_is_new"


class ServerIsSilentError(psycopg.OperationalError):
    """The server did not answer in time; whether it did what was asked is not known."""


class Session(psycopg.Connection[Any]):
    """A session that is closed when it does not answer ``within`` so many seconds; None waits for ever.

    One that ``must_write`` is of no use once the server has told that it only reads.
    The server's own time-outs end nothing where the server, or the way to it, is gone.
    """

    within: float | None = None
    must_write = False

    def wait(self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None) -> Result:
        """Wait for the server; every statement comes by here, COMMIT among them.

        Raises:
            ServerIsSilentError: it did not answer, and the session is closed.
        """
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.within)
        except psycopg.errors._WaitTimeout:  # noqa: SLF001 (the driver has no public name for it)
            self.close()
            raise ServerIsSilentError(
                f"The database server did not answer within {self.within:g} seconds"
            ) from None

    def check_alive(self) -> None:
        """Ask the server for a sign of life, which also tells whether the session only reads by now.

        Raises:
            psycopg.Error: there was none.
        """
        self.within, self.autocommit = LIVENESS_TIMEOUT_SECONDS, True
        self.execute("")
        self.autocommit = False

    @property
    def is_unusable(self) -> bool:
        """Say whether the session must write and only reads, as far as the server has told.

        Servers from PostgreSQL 14 on tell every change with their next answer; older ones never do.
        """
        told = (b"in_hot_standby", b"default_transaction_read_only")
        return self.must_write and any(self.pgconn.parameter_status(name) == b"on" for name in told)


def postgresql_engine(url: str, pool_timeout: float) -> Engine:
    """Return the engine of a PostgreSQL address, as libpq reads it, with several hosts if need be."""
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
        session.within, session.must_write = ANSWER_TIMEOUT_SECONDS, must_write
        entry.info[IS_NEW] = True

    @event.listens_for(engine, "checkout")
    def prove(session: Session, entry: ConnectionPoolEntry, _proxy: object) -> None:
        if entry.info.pop(IS_NEW, False):
            return
        try:
            session.check_alive()
        except psycopg.Error as error:
            raise InvalidatePoolError(str(error)) from error
        if session.is_unusable:
            raise InvalidatePoolError("The session only reads")
        session.within = ANSWER_TIMEOUT_SECONDS

    @event.listens_for(engine, "handle_error")
    def judge(context: ExceptionContext) -> None:
        if context.connection is not None and leaves_unusable(context.original_exception):
            context.is_disconnect = True

    return engine


def connection_parameters(url: str) -> dict[str, Any]:
    """Return what libpq is told: what the address says, and our defaults for what nobody says.

    Raises:
        psycopg.ProgrammingError: libpq cannot read the address.
    """
    given = conninfo_to_dict(url)
    in_environment = {
        option.keyword.decode()
        for option in Conninfo.get_defaults()
        if option.envvar is not None and option.envvar.decode() in os.environ
    }
    defaults = {name: value for name, value in DEFAULTS.items() if name not in in_environment}
    waits = " ".join(f"-c {name}={seconds:g}s" for name, seconds in SERVER_TIMEOUTS_SECONDS.items())
    # The last one wins.
    options = f"{waits} {given.get('options') or os.environ.get('PGOPTIONS', '')}".strip()
    target = given.get("target_session_attrs") or os.environ.get("PGTARGETSESSIONATTRS")
    return {
        **defaults,
        **given,
        "options": options,
        "target_session_attrs": target or DEFAULTS["target_session_attrs"],
    }


def leaves_unusable(error: BaseException) -> bool:
    """Say whether an error leaves its session of no use."""
    state = str(getattr(error, "sqlstate", None) or "")
    return state in UNUSABLE_AFTER or state.startswith(CONNECTION_EXCEPTION)


def is_transient(error: DBAPIError) -> bool:
    """Say whether the same transaction, begun anew at once, may well succeed.

    Not after a silence: whoever waits has waited long enough.
    """
    if isinstance(error.orig, ServerIsSilentError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in TRANSIENT


def disable_statement_timeout(connection: Connection) -> None:
    """Let a transaction's statements run without an end; to be said at its beginning."""
    session = connection.connection.driver_connection
    if isinstance(session, Session):
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        session.within = None
