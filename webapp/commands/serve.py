"""``leadform serve``: web and worker under one command, for one machine."""

from __future__ import annotations

import os

import click

from webapp.commands.awaiting import DatabaseWait, require_migrations
from webapp.commands.failure import Misconfigured, opened_database
from webapp.commands.standing import standing_configuration
from webapp.commands.supervisor import STOP_WITHIN, Supervisor
from webapp.outbox.migrations import upgrade


@click.command()
@click.option("--host", default="0.0.0.0", show_default=True, help="The address to listen on.")  # noqa: S104 (a web server is for others)
def serve(host: str) -> None:
    """Serve the forms and forward the enquiries, until SIGTERM or Ctrl-C.

    An SQLite database is brought up to date first; for PostgreSQL run leadform db upgrade.
    While the database is away the forms are shown, and what is sent is asked for again.
    """
    settings, _ = standing_configuration()
    # A worker may hold a send, and then its outcome, for as long as its lease lasts.
    supervisor = Supervisor(os.environ, settings, stop_within=STOP_WITHIN + settings.delivery_lease)
    supervisor.heed_signals()
    with opened_database(settings, up_to_date=False) as database:
        waiting = DatabaseWait(database, require_migrations if database.is_shared else upgrade)
        is_ready = waiting.is_ready_at_once()
        try:
            # The form must be there whether or not the database is; the worker has nothing to do without it.
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
