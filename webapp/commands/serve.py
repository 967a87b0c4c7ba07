"""``leadform serve``: web and worker under one command, for one machine."""

from __future__ import annotations

import os
from functools import partial

import click
import structlog

from webapp.commands.command_faults import Misconfigured
from webapp.commands.database import database_in_use, opened_database, require_migrations
from webapp.commands.database_wait import DatabaseWait
from webapp.commands.serving import serving_configuration
from webapp.commands.supervisor import STOP_WITHIN, Supervisor
from webapp.outbox.database import Database
from webapp.outbox.migrations import upgrade
from webapp.settings.model import Settings

log = structlog.get_logger(__name__)


@click.command()
@click.option("--host", default="0.0.0.0", show_default=True, help="The address to listen on.")  # noqa: S104 (a web server is for others)
def serve(host: str) -> None:
    """Serve the forms and forward the enquiries, until SIGTERM or Ctrl-C.

    An SQLite database is brought up to date first; for PostgreSQL run leadform db upgrade.
    While the database is down, the forms are shown, and visitors are asked to send theirs again later.
    """
    settings, _ = serving_configuration()
    # A worker may be busy with a send and its outcome for as long as its lease lasts.
    supervisor = Supervisor(os.environ, settings, stop_within=STOP_WITHIN + settings.delivery_lease)
    supervisor.install_signal_handlers()
    with opened_database(settings, up_to_date=False) as database:
        waiting = DatabaseWait(database, partial(_make_ready, settings))
        is_ready = waiting.is_ready_at_once()
        try:
            # The forms are needed even without the database; the worker can do nothing without it.
            supervisor.start("web", "--host", host)
            went_well = is_ready or supervisor.run(until=waiting.is_ready)
            if went_well and not supervisor.stop.is_set():
                database.close()
                supervisor.start("worker")
                went_well = supervisor.run()
        finally:
            supervisor.stop_all()
    if not went_well:
        raise Misconfigured("A process cannot start as it is configured: its message above says why")


def _make_ready(settings: Settings, database: Database) -> None:
    """Bring an SQLite database up to date, or require that PostgreSQL is, and log which database it is."""
    if database.is_shared:
        require_migrations(database)
    elif upgrade(database):
        log.warning("database_made", database=database_in_use(settings, database))
    log.info("database_used", database=database_in_use(settings, database))
