"""Wakes an idle worker when a delivery becomes due.

On PostgreSQL by LISTEN and NOTIFY, which are delivered when the writing transaction commits; on SQLite, and
where the listening connection is lost, a worker looks again after a moment.
"""

from __future__ import annotations

import select
import threading
import time
from typing import Final

import psycopg
from sqlalchemy import Connection, func

from webapp.outbox.database import Database, StoreUnavailableError
from webapp.outbox.postgresql import MAX_SESSION_AGE_SECONDS, Session

CHANNEL: Final = "leadform_due"
IDLE_POLL_SECONDS: Final = 0.5
"""Seconds between two looks at an empty queue, so that a new enquiry waits less than a second."""


def notify(connection: Connection) -> None:
    """Wake the idle workers when this transaction commits."""
    if connection.dialect.name == "postgresql":
        connection.execute(func.pg_notify(CHANNEL, "").select())


class WakeupListener:
    """Where one idle worker waits; not to be shared by threads.

    ``idle_poll`` is the number of seconds after which a wait ends by itself.
    """

    def __init__(self, database: Database, idle_poll: float = IDLE_POLL_SECONDS) -> None:
        self._database = database
        self._idle_poll = idle_poll
        self._line: Session | None = None
        self._laid_at = 0.0

    def wait(self, stop: threading.Event) -> None:
        """Return when it rings, when told to stop, or after a moment."""
        if not self._database.is_shared:
            stop.wait(self._idle_poll)
            return
        try:
            line = self._listening()
            # The driver's own wait would keep Python from a signal until it ends.
            select.select([line.fileno()], [], [], self._idle_poll)
            list(line.notifies(timeout=0))
        except (psycopg.Error, StoreUnavailableError):
            self.close()
            stop.wait(self._idle_poll)

    def close(self) -> None:
        """Stop listening."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _listening(self) -> Session:
        """Return the line, laid anew from time to time: a silent one rings no more, and nothing tells so."""
        if self._line is None or time.monotonic() - self._laid_at > MAX_SESSION_AGE_SECONDS:
            self.close()
            self._line, self._laid_at = self._database.dedicated_session(), time.monotonic()
            self._line.autocommit = True
            self._line.execute(f"LISTEN {CHANNEL}")
        return self._line
