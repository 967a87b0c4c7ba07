"""Wakes an idle worker when a delivery becomes due.

On PostgreSQL by LISTEN and NOTIFY, which are delivered when the writing transaction commits; on SQLite, and
where the listening connection is lost, a worker looks again after a moment.
"""

from __future__ import annotations

import threading
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, PoolProxiedConnection, func, select
from sqlalchemy.exc import DBAPIError

from webapp.outbox.database import Database

CHANNEL: Final = "leadform_due"
IDLE_POLL: Final = 0.5
"""Seconds between two looks at an empty queue, so that a new enquiry waits less than a second."""


def ring(connection: Connection) -> None:
    """Wake the idle workers when this transaction commits."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(CHANNEL, "")))


class Doorbell:
    """Where one idle worker waits; not to be shared by threads.

    ``idle_poll`` is the number of seconds after which a wait ends by itself.
    """

    def __init__(self, database: Database, idle_poll: float = IDLE_POLL) -> None:
        self._database = database
        self._idle_poll = idle_poll
        self._line: Any = None

    def wait(self, stop: threading.Event) -> None:
        """Return when it rings, when told to stop, or after a moment."""
        if not self._database.is_shared:
            stop.wait(self._idle_poll)
            return
        try:
            if self._line is None:
                self._line = _listen(self._database)
            list(self._line.driver_connection.notifies(timeout=self._idle_poll, stop_after=1))
        except (psycopg.Error, DBAPIError):
            self.close()
            stop.wait(self._idle_poll)

    def close(self) -> None:
        """Stop listening."""
        if self._line is not None:
            self._line.close()
            self._line = None


def _listen(database: Database) -> PoolProxiedConnection:
    """Return a connection of its own that hears the bell."""
    line = database.engine.raw_connection()
    line.detach()
    driver: Any = line.driver_connection
    driver.autocommit = True
    driver.execute(f"LISTEN {CHANNEL}")
    return line
