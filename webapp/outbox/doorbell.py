"""Wakes an idle worker when a delivery becomes due.

On PostgreSQL by LISTEN and NOTIFY, which are delivered when the writing transaction commits; on SQLite, and
where the listening connection is lost, a worker looks again after a moment.
"""

from __future__ import annotations

import select
import threading
from typing import Final

import psycopg
from sqlalchemy import Connection, func

from webapp.outbox.database import BUSY_TIMEOUT, Database

CHANNEL: Final = "leadform_due"
IDLE_POLL: Final = 0.5
"""Seconds between two looks at an empty queue, so that a new enquiry waits less than a second."""


def ring(connection: Connection) -> None:
    """Wake the idle workers when this transaction commits."""
    if connection.dialect.name == "postgresql":
        connection.execute(func.pg_notify(CHANNEL, "").select())


class Doorbell:
    """Where one idle worker waits; not to be shared by threads.

    ``idle_poll`` is the number of seconds after which a wait ends by itself.
    """

    def __init__(self, database: Database, idle_poll: float = IDLE_POLL) -> None:
        self._database = database
        self._idle_poll = idle_poll
        self._line: psycopg.Connection | None = None

    def wait(self, stop: threading.Event) -> None:
        """Return when it rings, when told to stop, or after a moment."""
        if not self._database.is_shared:
            stop.wait(self._idle_poll)
            return
        try:
            if self._line is None:
                self._line = _listen(self._database)
            # The driver's own wait would keep Python from a signal until it ends.
            select.select([self._line.fileno()], [], [], self._idle_poll)
            list(self._line.notifies(timeout=0))
        except psycopg.Error:
            self.close()
            stop.wait(self._idle_poll)

    def close(self) -> None:
        """Stop listening."""
        if self._line is not None:
            self._line.close()
            self._line = None


def _listen(database: Database) -> psycopg.Connection:
    """Return a connection of its own, apart from the pool, that hears the bell."""
    address = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    line = psycopg.connect(address, autocommit=True, connect_timeout=int(BUSY_TIMEOUT))
    line.execute(f"LISTEN {CHANNEL}")
    return line
