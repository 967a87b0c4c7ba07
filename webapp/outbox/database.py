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
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from webapp.enquiry import utc_now
from webapp.outbox.sqlite import choose_library

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
    """The database cannot be read or written now: unreachable, locked, full, or not brought up to date."""


class UnstorableError(StoreUnavailableError):
    """The database is there, and will never take these values: a text or a number that no column holds."""


class Database:
    """One database and its connections; safe to share between threads, and to carry across a fork.

    ``clock`` takes the place of the database's own.
    """

    def __init__(self, engine: Engine, clock: Clock | None = None) -> None:
        self.engine = engine
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
        with _explained(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write in one transaction, committed when the block ends well and rolled back when it does not.

        Raises:
            StoreUnavailableError: the database does not take it; nothing was written.
            IntegrityError: another transaction wrote the same first.
        """
        with _explained(), self.engine.connect() as connection:
            writer = connection.execution_options(leadform_writing=True)
            with writer.begin():
                yield writer

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


def open_database(url: str, clock: Clock | None = None) -> Database:
    """Return the database at an SQLAlchemy URL; connects when first used."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return Database(_sqlite_engine(url), clock)
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
def _explained() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except DataError as error:
        # The driver's own words may quote the values.
        raise UnstorableError(
            f"The database does not take the values ({type(error.orig).__name__})"
        ) from error
    except (DBAPIError, PoolTimeoutError, OSError) as error:
        words = str(getattr(error, "orig", None) or error).split()
        raise StoreUnavailableError(" ".join(words)) from error


def _sqlite_engine(url: str) -> Engine:
    library = choose_library()
    engine = create_engine(
        url,
        module=library.module,
        pool_timeout=BUSY_TIMEOUT,
        hide_parameters=True,
        connect_args={"timeout": BUSY_TIMEOUT, "check_same_thread": False},
    )
    path = Path(engine.url.database or "")

    @event.listens_for(engine, "do_connect")
    def make_private_file(*_: Any) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver guesses
        cursor = connection.cursor()
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
