"""The database of a command: opened for a block, or what is wrong with it and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from webapp.commands.command_faults import CommandFault, Misconfigured
from webapp.faults import Fault, Source
from webapp.files.path_faults import get_owner, shown
from webapp.outbox.database import Database, StoreUnavailableError, open_database
from webapp.outbox.migrations import is_up_to_date
from webapp.settings.database_url import describe_database
from webapp.settings.model import Settings


def make_database(settings: Settings, *, read_only: bool = False) -> Database:
    """Return the database that the settings name; it connects when it is first used."""
    return open_database(settings.database_url.get_secret_value(), read_only=read_only)


@contextmanager
def opened_database(
    settings: Settings, *, up_to_date: bool = True, read_only: bool = False
) -> Iterator[Database]:
    """Open the database for a block, or end the command saying why it cannot be used.

    ``up_to_date`` requires every migration. ``read_only`` is for commands that only show what is stored.
    """
    database = make_database(settings, read_only=read_only)
    try:
        if up_to_date:
            require_migrations(database)
        yield database
    except StoreUnavailableError as error:
        rule = f"the database cannot be used: {error}"
        raise CommandFault.of(Fault(Source.DATABASE, rule, remedy(error))) from error
    finally:
        database.close()


def require_migrations(database: Database) -> None:
    """Make sure that there is a database with every migration.

    Raises:
        Misconfigured: there is none, or a migration is missing.
        StoreUnavailableError: the database does not answer.
    """
    if database.file and database.is_missing():
        rule = f"there is no database at {shown(database.file)} yet"
        raise Misconfigured.of(Fault(Source.DATABASE, rule, "run leadform db upgrade, or leadform serve"))
    if not is_up_to_date(database):
        raise Misconfigured.of(
            Fault(Source.DATABASE, "the database is not up to date", "run leadform db upgrade")
        )


def remedy(error: StoreUnavailableError) -> str:
    """Return what to do about a database that cannot be used."""
    if error.what_to_do is None:
        return "check DATABASE_URL, and that its server or disk is there"
    return f"{error.what_to_do}, or check DATABASE_URL"


def database_in_use(settings: Settings, database: Database) -> str:
    """Return which database is used, for people, with its file's owner and whether it is the default one."""
    name = describe_database(settings.database_url.get_secret_value())
    owner = f", which belongs to {get_owner(database.file)}" if database.file else ""
    reason = "" if "database_url" in settings.model_fields_set else ", since DATABASE_URL is not given"
    return f"{name}{owner}{reason}"
