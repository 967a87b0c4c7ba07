"""``leadform serve``: web and worker under one command, for one machine."""

from __future__ import annotations

import os

import click
import structlog

from webapp.commands.failure import configuration, named_database, opened_database
from webapp.commands.supervisor import Supervisor
from webapp.outbox.migrations import upgrade

log = structlog.get_logger(__name__)


@click.command()
@click.option("--host", default="0.0.0.0", show_default=True, help="The address to listen on.")  # noqa: S104 (a web server is for others)
def serve(host: str) -> None:
    """Serve the forms and forward the enquiries, until SIGTERM or Ctrl-C.

    An SQLite database is brought up to date first; for PostgreSQL run leadform db upgrade.
    """
    settings, _ = configuration()
    is_embedded = settings.database_url.get_secret_value().startswith("sqlite:")
    with opened_database(settings, up_to_date=not is_embedded) as database:
        if is_embedded and upgrade(database):
            log.warning("database_made", database=named_database(settings, database))
        log.info("database_used", database=named_database(settings, database))
    supervisor = Supervisor(os.environ)
    supervisor.heed_signals()
    try:
        supervisor.start("worker")
        supervisor.start("web", "--host", host)
        kept_running = supervisor.run()
    finally:
        supervisor.stop_all()
    if not kept_running:
        raise click.ClickException("A process kept ending at its start: its messages above say why")
