"""The cost of a claim with 100,000 queued deliveries, compared with 1,000: ``make benchmark``.

Each turn checks whether anything is due and claims one delivery, first with few queued and then with many, so
that other load on the machine affects both alike. It runs on both engines.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from typing import Final

import click

from tests.support.bulk_data import fill
from tests.support.enquiries import queue_of
from tests.support.postgresql import PostgresServer
from tests.support.query_plans import plan_of_claim
from webapp.outbox.database import open_database
from webapp.outbox.migrations import upgrade
from webapp.outbox.queue import DeliveryQueue

FEW: Final = 1_000
MANY: Final = 100_000
TURNS: Final = 300
MAX_ALLOWED: Final = 1.5


@click.command()
def main() -> None:
    """Measure on both engines, and fail if a claim among many costs over 1.5 times one among few."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server = stack.enter_context(PostgresServer())
        on_server = [stack.enter_context(server.new_database()) for _ in range(2)]
        ratios = [
            _compare("SQLite", f"sqlite:///{folder}/few.db", f"sqlite:///{folder}/many.db"),
            _compare("PostgreSQL", *on_server),
        ]
    if max(ratios) > MAX_ALLOWED:
        sys.exit(f"A claim among {MANY:,} costs more than {MAX_ALLOWED} times one among {FEW:,}.")


def _compare(engine: str, few_url: str, many_url: str) -> float:
    with ExitStack() as stack:
        few, many = (open_database(url) for url in (few_url, many_url))
        for database, count in ((few, FEW), (many, MANY)):
            stack.callback(database.close)
            upgrade(database)
            fill(database, count)
            click.echo(f"{engine}, {count:,} queued:\n  " + "\n  ".join(plan_of_claim(database)))
        queues = queue_of(few), queue_of(many)
        turns = [(_turn(queues[0]), _turn(queues[1])) for _ in range(TURNS)]
    among_few, among_many = (statistics.median(column) for column in zip(*turns, strict=True))
    ratio: float = among_many / among_few
    click.echo(
        f"{engine}: median of {TURNS} claims {among_few * 1000:.2f} ms among {FEW:,}, "
        f"{among_many * 1000:.2f} ms among {MANY:,}: ratio {ratio:.2f}\n"
    )
    return ratio


def _turn(queue: DeliveryQueue) -> float:
    began = time.perf_counter()
    if not queue.has_due() or len(queue.claim(1)) != 1:
        raise AssertionError("nothing was claimed")
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
