"""``leadform db``: the database's schema."""

from __future__ import annotations

import click

from webapp.commands.database import database_in_use, opened_database
from webapp.commands.runtime import configuration
from webapp.outbox.migrations import upgrade as apply_migrations


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the database up to date; safe to repeat."""
    settings, _ = configuration()
    with opened_database(settings, up_to_date=False) as database:
        was_empty = apply_migrations(database)
        name = database_in_use(settings, database)
    if was_empty:
        click.echo(f"A new database was made: {name}.")
    click.echo(f"The database is up to date{'' if was_empty else f': {name}'}.")
