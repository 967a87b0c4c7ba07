"""The database, embedded SQLite or PostgreSQL, and its transactions for reading and for writing."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from webapp.enquiry import utc_now
from webapp.files.path_faults import absolute
from webapp.outbox.sqlite_engine import sqlite_engine
from webapp.outbox.sqlite_file import explain_sqlite, make_file

if TYPE_CHECKING:
    from webapp.outbox.postgresql import Session  # slow to import, and SQLite needs no driver

Clock = Callable[[], datetime]

BUSY_TIMEOUT_SECONDS: Final = 5.0
"""How long to wait for another process's write before asking the visitor to try again."""


class StoreUnavailableError(Exception):
    """The database cannot be read or written now: unreachable, locked, full, or not up to date.

    ``what_to_do`` is None where the reason is not known. ``lasts`` says that waiting does not help.
    """

    def __init__(self, message: str, what_to_do: str | None = None, *, lasts: bool = False) -> None:
        super().__init__(message)
        self.what_to_do = what_to_do
        self.lasts = lasts


class UnstorableError(StoreUnavailableError):
    """The database is there but cannot store these values: a text or a number that no column can hold."""


class TransactionLostError(StoreUnavailableError):
    """The transaction ended through no fault of its own, and may well succeed when it is repeated.

    When its COMMIT had been sent, nobody knows whether it took effect: see ``lost_transactions``.
    """


class Database:
    """One database and its connections; safe to share between threads, and to carry across a fork.

    ``clock`` replaces the database's own clock. ``file`` is the file of an SQLite database.

    ``is_shared`` says that several machines can share the database: PostgreSQL, as opposed to SQLite.
    """

    def __init__(self, engine: Engine, clock: Clock | None = None, file: Path | None = None) -> None:
        self.engine = engine
        self.file = file
        self.is_shared = engine.dialect.name == "postgresql"
        self._clock = clock
        alive = weakref.ref(engine)

        def forget_inherited_connections() -> None:
            inherited = alive()
            if inherited is not None:
                inherited.dispose(close=False)

        os.register_at_fork(after_in_child=forget_inherited_connections)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read in one transaction.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        with self._translating_errors(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write in one transaction, committed when the block ends well and rolled back when it does not.

        Raises:
            StoreUnavailableError: nothing was written.
            IntegrityError: another transaction wrote the same first.
        """
        with self._translating_errors(), self.engine.connect() as connection:
            if self.is_shared:
                _reject_read_only_session(connection)
            writer = connection.execution_options(leadform_writing=True)
            with writer.begin():
                yield writer

    def is_missing(self) -> bool:
        """Say whether it is an SQLite database whose file does not exist."""
        if self.file is None:
            return False
        try:
            self.file.lstat()
        except FileNotFoundError:
            return True
        except OSError:
            return False  # it may exist: connecting says what is wrong
        return False

    def make_file(self) -> None:
        """Make the file of an SQLite database unless it exists; for migrations only.

        Raises:
            StoreUnavailableError: it cannot be made.
        """
        if self.file is not None:
            with self._translating_errors():
                make_file(self.file)

    def now(self, connection: Connection) -> datetime:
        """Return the time by the clock that everybody who shares the database goes by.

        On PostgreSQL it is the server's, whatever the clocks of the machines say. With SQLite there is one
        machine.
        """
        if self._clock is not None:
            return self._clock()
        if not self.is_shared:
            return utc_now()
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)

    def dedicated_session(self) -> Session:
        """Return a session of PostgreSQL outside the pool, which the caller must close.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        with self._translating_errors():
            pooled = self.engine.raw_connection()
        session = cast("Session", pooled.driver_connection)
        pooled.detach()
        return session

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _translating_errors(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except DataError as error:
            # The driver's own message may quote the values.
            raise UnstorableError(
                f"The database cannot store the values ({type(error.orig).__name__})"
            ) from error
        except (DBAPIError, self.engine.dialect.loaded_dbapi.Error, PoolTimeoutError, OSError) as error:
            reason = getattr(error, "orig", None) or error
            fault = explain_sqlite(reason, self.file) if self.file else None
            words = " ".join(str(reason).split())
            is_lost = isinstance(error, DBAPIError) and _is_transient(error, self.file)
            kind = TransactionLostError if is_lost else StoreUnavailableError
            if fault is None:
                raise kind(words) from error
            raise kind(fault.message, fault.what_to_do, lasts=fault.lasts) from error


def open_database(url: str, clock: Clock | None = None, *, read_only: bool = False) -> Database:
    """Return the database at ``sqlite:///PATH`` or ``postgresql://…``.

    It connects on first use, and never makes a file. ``read_only`` leaves an SQLite file as it is, with its
    journal mode.
    """
    if not url.startswith("sqlite:"):
        from webapp.outbox.postgresql import (  # noqa: PLC0415 (slow to import, and SQLite needs no driver)
            postgresql_engine,
        )

        return Database(postgresql_engine(url, BUSY_TIMEOUT_SECONDS), clock)
    file = absolute(url.removeprefix("sqlite:///"))
    return Database(sqlite_engine(file, BUSY_TIMEOUT_SECONDS, read_only=read_only), clock, file)


def _is_transient(error: DBAPIError, file: Path | None) -> bool:
    if file is not None:
        return error.connection_invalidated
    from webapp.outbox.postgresql import is_transient  # noqa: PLC0415 (SQLite needs no driver)

    return is_transient(error)


def _reject_read_only_session(connection: Connection) -> None:
    """Discard a session that can only read, unless DATABASE_URL asks for such a one."""
    session = cast("Session", connection.connection.driver_connection)
    if session.is_unusable:
        connection.invalidate()
        raise TransactionLostError("The server that DATABASE_URL leads to takes no writes")
