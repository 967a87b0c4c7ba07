"""The database: SQLite embedded, or PostgreSQL; transactions that say what they are for."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from webapp.enquiry import utc_now
from webapp.outbox.sqlite import choose_library
from webapp.outbox.sqlite_file import explain_sqlite, make_file
from webapp.path_faults import absolute

Clock = Callable[[], datetime]

BUSY_TIMEOUT: Final = 5.0
"""Seconds to wait for another process's write before telling the visitor to try again."""

SLOWEST_STATEMENT: Final = 15.0
"""Seconds after which PostgreSQL gives a statement up, and the connection one that is not acknowledged."""


LONGEST_WAITS: Final = {
    "lock_timeout": BUSY_TIMEOUT,
    "statement_timeout": SLOWEST_STATEMENT,
    # A process that fell asleep in a transaction would otherwise keep its rows from everybody for ever.
    "idle_in_transaction_session_timeout": SLOWEST_STATEMENT,
}
"""How long PostgreSQL lets a session wait or idle, in seconds."""


class StoreUnavailableError(Exception):
    """The database cannot be read or written now: unreachable, locked, full, or not brought up to date.

    ``what_to_do`` is known where the reason is.
    """

    def __init__(self, message: str, what_to_do: str | None = None) -> None:
        super().__init__(message)
        self.what_to_do = what_to_do


class Database:
    """One database and its connections; safe to share between threads, and to carry across a fork.

    ``clock`` takes the place of the database's own. ``file`` is where SQLite keeps it.
    """

    def __init__(self, engine: Engine, clock: Clock | None = None, file: Path | None = None) -> None:
        self.engine = engine
        self.file = file
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
        with _explained(self.file), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write in one transaction, committed when the block ends well and rolled back when it does not.

        Raises:
            StoreUnavailableError: the database does not take it; nothing was written.
            IntegrityError: another transaction wrote the same first.
        """
        with _explained(self.file), self.engine.connect() as connection:
            writer = connection.execution_options(leadform_writing=True)
            with writer.begin():
                yield writer

    def is_missing(self) -> bool:
        """Say whether there is no file of an SQLite database yet."""
        if self.file is None:
            return False
        try:
            self.file.lstat()
        except FileNotFoundError:
            return True
        except OSError:
            return False  # it may be there: to connect says what is wrong
        return False

    def make_file(self) -> None:
        """Make the file of an SQLite database, unless it is there: for a migration alone.

        Raises:
            StoreUnavailableError: it cannot be made.
        """
        if self.file is not None:
            with _explained(self.file):
                make_file(self.file)

    def now(self, connection: Connection) -> datetime:
        """Return this moment by the clock that all who share the database go by.

        On PostgreSQL it is the server's, whatever the clocks of the machines say; SQLite has but one machine.
        """
        if self._clock is not None:
            return self._clock()
        if not self.is_shared:
            return utc_now()
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)

    @property
    def is_shared(self) -> bool:
        """Say whether several machines can share the database: PostgreSQL, as opposed to SQLite."""
        return self.engine.dialect.name == "postgresql"

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_database(url: str, clock: Clock | None = None, *, read_only: bool = False) -> Database:
    """Return the database at an SQLAlchemy URL; connects when first used, and makes no file.

    ``read_only`` leaves an SQLite file as it is found, its journal mode included.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        file = absolute(address.database or "")
        return Database(_sqlite_engine(url, file, read_only=read_only), clock, file)
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_timeout=BUSY_TIMEOUT,
        hide_parameters=True,
        connect_args={
            "connect_timeout": int(BUSY_TIMEOUT),
            "options": " ".join(f"-c {name}={seconds:g}s" for name, seconds in LONGEST_WAITS.items()),
            "tcp_user_timeout": int(SLOWEST_STATEMENT * 1000),
        },
    )
    return Database(engine, clock)


@contextmanager
def _explained(file: Path | None) -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeoutError, OSError) as error:
        reason = getattr(error, "orig", None) or error
        fault = explain_sqlite(reason, file) if file else None
        if fault is not None:
            raise StoreUnavailableError(fault.message, fault.what_to_do) from error
        raise StoreUnavailableError(" ".join(str(reason).split())) from error


def _sqlite_engine(url: str, file: Path, *, read_only: bool) -> Engine:
    library = choose_library()
    engine = create_engine(
        url,
        module=library.module,
        pool_timeout=BUSY_TIMEOUT,
        hide_parameters=True,
        connect_args={"timeout": BUSY_TIMEOUT, "check_same_thread": False},
    )

    @event.listens_for(engine, "do_connect")
    def make_no_file(*_: Any) -> None:
        # Never by opening it: to close it again would take away this process's locks on the database.
        file.stat()

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver guesses
        cursor = connection.cursor()
        if not read_only or library.journal_mode != "wal":
            cursor.execute(f"PRAGMA journal_mode = {library.journal_mode}")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that turns to writing can fail at once, whatever the busy timeout.
        writing = connection.get_execution_options().get("leadform_writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
