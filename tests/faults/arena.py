"""Where a chaos run takes place: an outbox of its own, which can be taken away for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

from tests.faults.rig import House
from tests.faults.stand_in import StandIn
from tests.support.postgresql import PostgresServer
from webapp.outbox.database import Database, open_database
from webapp.outbox.migrations import upgrade

TakeAway = Callable[[Random], None]
"""Takes the database away for a moment, and brings it back."""


@contextmanager
def arena(engine: str, folder: Path) -> Iterator[tuple[House, TakeAway]]:
    """Set up an empty outbox and a platform while the block lasts."""
    with ExitStack() as stack:
        if engine == "postgresql":
            server = stack.enter_context(PostgresServer())
            url = stack.enter_context(server.new_database())
            take_away = _crashing(server)
            database = open_database(url)
        else:
            url = f"sqlite:///{folder / 'leadform.db'}"
            database = open_database(url)
            take_away = _locking(database)
        stack.callback(database.close)
        upgrade(database)
        platform = stack.enter_context(StandIn(folder / "ledger.jsonl"))
        yield House(database, url, platform, folder), take_away


def _crashing(server: PostgresServer) -> TakeAway:
    def take_away(chance: Random) -> None:
        server.stop("immediate")
        time.sleep(chance.uniform(0, 2))
        server.start()

    return take_away


def _locking(database: Database) -> TakeAway:
    """Keep everybody else from writing, now and then for longer than they wait."""

    def take_away(chance: Random) -> None:
        with database.writing():
            time.sleep(chance.uniform(0.5, 6))

    return take_away
