"""A rig for a chaos run: an outbox of its own, whose database can be interrupted for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

from tests.faults.rig import Rig
from tests.faults.stand_in import StandIn
from tests.support.postgresql import PostgresServer
from webapp.outbox.database import Database, open_database
from webapp.outbox.migrations import upgrade

InterruptDatabase = Callable[[Random], None]
"""Makes the database unusable for a moment, of random length."""


@contextmanager
def chaos_rig(engine: str, folder: Path) -> Iterator[tuple[Rig, InterruptDatabase]]:
    """Set up an empty outbox and a platform for the duration of the block."""
    with ExitStack() as stack:
        if engine == "postgresql":
            server = stack.enter_context(PostgresServer())
            url = stack.enter_context(server.new_database())
            interrupt_database = _crashing(server)
            database = open_database(url)
        else:
            url = f"sqlite:///{folder / 'leadform.db'}"
            database = open_database(url)
            interrupt_database = _locking(database)
        stack.callback(database.close)
        upgrade(database)
        platform = stack.enter_context(StandIn(folder / "ledger.jsonl"))
        yield Rig(database, url, platform, folder), interrupt_database


def _crashing(server: PostgresServer) -> InterruptDatabase:
    def interrupt_database(rng: Random) -> None:
        server.stop("immediate")
        time.sleep(rng.uniform(0, 2))
        server.start()

    return interrupt_database


def _locking(database: Database) -> InterruptDatabase:
    """Lock the database against writing, sometimes for longer than others wait."""

    def interrupt_database(rng: Random) -> None:
        with database.writing():
            time.sleep(rng.uniform(0.5, 6))

    return interrupt_database
