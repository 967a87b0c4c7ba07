"""``leadform db``: the database's schema."""

from __future__ import annotations

import click

from webapp.commands.failure import configuration, database_faults
from webapp.composition import database_of
from webapp.outbox.migrations import upgrade as apply_migrations


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the database up to date; safe to repeat."""
    settings, _ = configuration()
    with database_faults():
        apply_migrations(database_of(settings))
    click.echo("The database is up to date.")
