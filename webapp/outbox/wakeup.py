"""Lets an idle worker wait until a delivery becomes due.

On PostgreSQL by LISTEN and NOTIFY, which take effect when the writing transaction commits. On SQLite, and
where the listening session is lost, the worker polls.
"""

from __future__ import annotations

import select
import threading
import time
from typing import Final

import psycopg

from webapp.outbox.database import Database, StoreUnavailableError
from webapp.outbox.notify import CHANNEL
from webapp.outbox.postgresql import MAX_SESSION_AGE_SECONDS, Session

IDLE_POLL_SECONDS: Final = 0.5
"""Between two polls of an empty queue, so that a new enquiry waits less than a second."""


class WakeupListener:
    """Lets one idle worker wait; not to be shared between threads.

    ``idle_poll`` is the number of seconds after which a wait ends in any case.
    """

    def __init__(self, database: Database, idle_poll: float = IDLE_POLL_SECONDS) -> None:
        self._database = database
        self._idle_poll = idle_poll
        self._session: Session | None = None
        self._opened_at = 0.0

    def wait(self, stop: threading.Event) -> None:
        """Return on a notification, when told to stop, or after ``idle_poll`` seconds."""
        if not self._database.is_shared:
            stop.wait(self._idle_poll)
            return
        try:
            session = self._listening()
            # The driver's own wait would keep Python from a signal until it ends.
            select.select([session.fileno()], [], [], self._idle_poll)
            list(session.notifies(timeout=0))
        except (psycopg.Error, StoreUnavailableError):
            self.close()
            stop.wait(self._idle_poll)

    def close(self) -> None:
        """Stop listening."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _listening(self) -> Session:
        """Return the listening session, replaced from time to time: a dead one is silent and looks idle."""
        if self._session is None or time.monotonic() - self._opened_at > MAX_SESSION_AGE_SECONDS:
            self.close()
            self._session, self._opened_at = self._database.dedicated_session(), time.monotonic()
            self._session.autocommit = True
            self._session.execute(f"LISTEN {CHANNEL}")
        return self._session
