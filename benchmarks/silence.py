"""How soon an enquiry is refused or stored when PostgreSQL falls silent or fails over.

Every session goes through a name that can be redirected, like a virtual address. A silent server accepts the
bytes and never answers, so that the system's own timeouts do not notice either.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import click
from sqlalchemy.exc import OperationalError

from tests.support.enquiries import an_enquiry
from tests.support.postgresql import PostgresServer
from tests.support.server_name import Loss, ServerName
from webapp.outbox.database import Database, StoreUnavailableError, open_database
from webapp.outbox.migrations import upgrade
from webapp.outbox.store import EnquiryStore, Submission

SESSIONS: Final = 5
SILENT: Final = "silent completely"


@click.command()
def main() -> None:
    """Measure each case with the default settings, and print a line for it."""
    with (
        PostgresServer() as first,
        PostgresServer(copied_from=first) as second,
        ServerName(first.port) as name,
    ):
        database = open_database(name.in_place_of(first.url()))
        upgrade(database)
        for what, happen in _cases(name, first, second).items():
            _fill_pool(database)
            happen()
            click.echo(f"{what}: {_enquire(database, what)}")
            if what == SILENT:
                name.lead_to(first.port)
        database.close()


def _cases(name: ServerName, first: PostgresServer, second: PostgresServer) -> dict[str, Callable[[], None]]:
    def fail_over() -> None:
        first.stop()
        name.lead_to(second.port)

    return {
        "no fault": lambda: None,
        "every session of the pool silent": name.silence_connections,
        "silent in the middle of a statement": lambda: name.lose(b"INSERT INTO enq", Loss.REQUEST_SILENT),
        "silent in the middle of COMMIT": lambda: name.lose(b"COMMIT", Loss.ANSWER_SILENT),
        "cut in the middle of COMMIT": lambda: name.lose(b"COMMIT", Loss.ANSWER_CUT),
        SILENT: name.fall_silent,
        "the name leads to a standby": fail_over,
        "the standby is promoted": second.promote,
    }


def _enquire(database: Database, key: str) -> str:
    enquiry, began = an_enquiry(datetime.now(UTC)), time.monotonic()
    try:
        EnquiryStore(database).accept(enquiry, Submission(key, "digest"))
    except StoreUnavailableError as error:
        return f"refused after {time.monotonic() - began:.2f} s ({error})"
    return f"stored after {time.monotonic() - began:.2f} s"


def _fill_pool(database: Database) -> None:
    with suppress(OperationalError):  # no connection may be available
        held = [database.engine.connect() for _ in range(SESSIONS)]
        for connection in held:
            connection.close()


if __name__ == "__main__":
    main()
