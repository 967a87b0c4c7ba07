"""Waits for a database that is away, for commands that run until they are told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from webapp.commands.database import require_migrations
from webapp.commands.misconfigured import Misconfigured
from webapp.commands.patience import Patience
from webapp.outbox.database import Database, StoreUnavailableError

log = structlog.get_logger(__name__)


@dataclass
class DatabaseWait:
    """Tries a database now and then until it can be used.

    ``prepare`` makes sure that it can, or raises StoreUnavailableError or Misconfigured.
    """

    database: Database
    prepare: Callable[[Database], object] = require_migrations
    clock: Callable[[], float] = time.monotonic
    patience: Patience = field(default_factory=Patience)
    _next_try_at: float = 0.0

    def is_ready_at_once(self) -> bool:
        """Try it for the first time; return False when it is worth a wait.

        Raises:
            Misconfigured: a person has to bring it up to date.
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
        """Try it again when it is time to."""
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
        """Wait until it can be used; return False when told to stop before."""
        if self.is_ready_at_once():
            return True
        while not stop.wait(max(0.0, self._next_try_at - self.clock())):
            if self.is_ready():
                return True
        return False

    def _put_off(self, reason: str) -> None:
        now = self.clock()
        wait = self.patience.wait()
        self._next_try_at = now + wait
        if self.patience.is_to_be_told(now):
            log.error("database_unavailable", reason=reason, goes_on="tries again until it is back")
