"""The database: SQLite embedded, or PostgreSQL; transactions that say what they are for."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast

import psycopg
import structlog
from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from webapp.enquiry import utc_now
from webapp.outbox.postgresql import Session, may_pass, postgresql_engine
from webapp.outbox.sqlite import choose_library
from webapp.outbox.sqlite_file import keep_to_the_file

Clock = Callable[[], datetime]
Given = ParamSpec("Given")
Result = TypeVar("Result")

BUSY_TIMEOUT: Final = 5.0
"""Seconds to wait for another process's write before telling the visitor to try again."""

log = structlog.get_logger(__name__)


class StoreUnavailableError(Exception):
    """The database cannot be read or written now: unreachable, locked, full, or not brought up to date."""


class UnstorableError(StoreUnavailableError):
    """The database is there, and will never take these values: a text or a number that no column holds."""


class TransactionLostError(StoreUnavailableError):
    """The transaction ended through no fault of its own, and the same again may well succeed.

    When its COMMIT had been sent nobody knows whether it was done: see ``again_when_lost``.
    """


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
            _refuse_a_reader(connection)
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

    def session_apart(self) -> Session:
        """Return a session of PostgreSQL that is outside the pool, for the caller to close.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        with _explained():
            pooled = self.engine.raw_connection()
        session = cast("Session", pooled.driver_connection)
        pooled.detach()
        return session

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_database(url: str, clock: Clock | None = None) -> Database:
    """Return the database at ``sqlite:///PATH`` or ``postgresql://…``; connects when first used."""
    if url.startswith("sqlite:"):
        return Database(_sqlite_engine(url), clock)
    return Database(postgresql_engine(url, BUSY_TIMEOUT), clock)


def again_when_lost(work: Callable[Given, Result]) -> Callable[Given, Result]:
    """Do a piece of work once more, at once, when its transaction was lost.

    Only for work that may be done twice: it reads, or it looks whether it was done before. A COMMIT whose
    answer was lost may have been done.
    """

    @wraps(work)
    def work_again_when_lost(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            return work(*args, **kwargs)
        except TransactionLostError as error:
            log.warning("transaction_lost", reason=str(error))
        return work(*args, **kwargs)

    return work_again_when_lost


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
    except (DBAPIError, psycopg.Error, PoolTimeoutError, OSError) as error:
        words = " ".join(str(getattr(error, "orig", None) or error).split())
        if isinstance(error, DBAPIError) and may_pass(error):
            raise TransactionLostError(words) from error
        raise StoreUnavailableError(words) from error


def _refuse_a_reader(connection: Connection) -> None:
    """Throw a session away that only reads, where DATABASE_URL asks for no other."""
    session = connection.connection.driver_connection
    if isinstance(session, Session) and session.only_reads:
        connection.invalidate()
        raise TransactionLostError("The server that DATABASE_URL leads to takes no writes")


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
    keep_to_the_file(engine, path)  # first of all, before a file that is missed is made anew

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
