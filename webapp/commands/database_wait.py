"""Waits for a database that is down, for commands that run until they are stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from webapp.commands.backoff import Backoff
from webapp.commands.command_faults import Misconfigured
from webapp.commands.database import require_migrations
from webapp.outbox.database import Database, StoreUnavailableError

log = structlog.get_logger(__name__)


@dataclass
class DatabaseWait:
    """Tries a database from time to time until it can be used.

    ``prepare`` makes it ready for use, or raises StoreUnavailableError or Misconfigured.
    """

    database: Database
    prepare: Callable[[Database], object] = require_migrations
    clock: Callable[[], float] = time.monotonic
    backoff: Backoff = field(default_factory=Backoff)
    _next_try_at: float = 0.0

    def is_ready_at_once(self) -> bool:
        """Try it for the first time; return False when waiting may help.

        Raises:
            Misconfigured: a person has to run the migrations.
            StoreUnavailableError: a person has to put its path right.
        """
        try:
            self.prepare(self.database)
        except StoreUnavailableError as error:
            if error.lasts:
                raise
            self._put_off(str(error))
            return False
        return True

    def is_ready(self) -> bool:
        """Try it again if it is time to, and say whether it can be used."""
        if self.clock() < self._next_try_at:
            return False
        try:
            self.prepare(self.database)
        except (StoreUnavailableError, Misconfigured) as error:
            self._put_off(str(error))
            return False
        log.info("database_is_back")
        return True

    def wait(self, stop: threading.Event) -> bool:
        """Wait until it can be used; return False when stopped before that."""
        if self.is_ready_at_once():
            return True
        while not stop.wait(max(0.0, self._next_try_at - self.clock())):
            if self.is_ready():
                return True
        return False

    def _put_off(self, reason: str) -> None:
        now = self.clock()
        wait = self.backoff.wait()
        self._next_try_at = now + wait
        if self.backoff.should_report(now):
            log.error("database_unavailable", reason=reason, goes_on="tries again until it is back")
