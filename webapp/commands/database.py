"""The database of a command: opened for a block, or what is wrong with it and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from webapp.commands.misconfigured import Misconfigured
from webapp.files.path_faults import get_owner, shown
from webapp.outbox.database import Database, StoreUnavailableError, open_database
from webapp.outbox.migrations import is_up_to_date
from webapp.settings.database_url import described
from webapp.settings.model import Settings


def make_database(settings: Settings, *, read_only: bool = False) -> Database:
    """Return the database that the settings name; it is connected to when first used."""
    return open_database(settings.database_url.get_secret_value(), read_only=read_only)


@contextmanager
def opened_database(
    settings: Settings, *, up_to_date: bool = True, read_only: bool = False
) -> Iterator[Database]:
    """Open the database for a block, or end the command saying why it cannot be used.

    ``up_to_date`` asks that no migration is missing. ``read_only`` is for commands that show what is there.
    """
    database = make_database(settings, read_only=read_only)
    try:
        if up_to_date:
            require_migrations(database)
        yield database
    except StoreUnavailableError as error:
        raise click.ClickException(f"The database cannot be used: {error}: {remedy(error)}") from error
    finally:
        database.close()


def require_migrations(database: Database) -> None:
    """Make sure that there is a database, and that no migration is missing.

    Raises:
        Misconfigured: one is.
        StoreUnavailableError: the database does not answer.
    """
    if database.file and database.is_missing():
        raise Misconfigured(
            f"There is no database at {shown(database.file)} yet: run leadform db upgrade, or leadform serve"
        )
    if not is_up_to_date(database):
        raise Misconfigured("The database is not up to date: run leadform db upgrade")


def remedy(error: StoreUnavailableError) -> str:
    """Return what to do about a database that cannot be used."""
    if error.what_to_do is None:
        return "check DATABASE_URL, and that its server or disk is there"
    is_named = "DATABASE_URL" in error.what_to_do
    return error.what_to_do if is_named else f"{error.what_to_do}, or check DATABASE_URL"


def named_database(settings: Settings, database: Database) -> str:
    """Say which database is used, whose its file is, and whether it is so by default."""
    name = described(settings.database_url.get_secret_value())
    owner = f", which belongs to {get_owner(database.file)}" if database.file else ""
    reason = "" if "database_url" in settings.model_fields_set else ", since DATABASE_URL is not given"
    return f"{name}{owner}{reason}"
