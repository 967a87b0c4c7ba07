"""What a command runs on, its configuration and its database, and how it ends without them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, Any, Final, Self

import click

from webapp.commands.json_lines import json_line
from webapp.configuration import ConfigurationError, make_database, read_configuration
from webapp.faults import Fault, Source
from webapp.files.path_faults import get_owner, shown
from webapp.formfile.reader import Forms
from webapp.logs import configure_logging
from webapp.outbox.database import Database, StoreUnavailableError
from webapp.outbox.migrations import is_up_to_date
from webapp.settings.database_url import describe_database
from webapp.settings.model import Settings

MISCONFIGURED: Final = 2

IN_FORMS_FILE: Final = "put it right in the forms file; docs/forms.md says what a form may hold"


class CommandFault(click.ClickException):
    """Ends a command by faults, on standard error: in sentences, or as records where it has ``--json``."""

    def __init__(self, message: str, faults: Iterable[Fault] = ()) -> None:
        super().__init__(message)
        self._faults = tuple(faults)
        context = click.get_current_context(silent=True)
        self._as_json = context is not None and bool(context.params.get("as_json"))

    @classmethod
    def of(cls, fault: Fault) -> Self:
        """Return the end of a command by one fault."""
        sentence = str(fault)
        return cls(f"{sentence[0].upper()}{sentence[1:]}", [fault])

    def show(self, file: IO[Any] | None = None) -> None:
        """Write it to standard error, or to another file."""
        if not self._as_json or not self._faults:
            super().show(file)
            return
        for fault in self._faults:
            click.echo(json_line(with_remedy(fault).as_record()), file=file, err=file is None)


class Misconfigured(CommandFault):
    """The service cannot start as it is configured."""

    exit_code = MISCONFIGURED

    @classmethod
    def by(cls, error: ConfigurationError) -> Self:
        """Return the end of a command by every fault of the configuration."""
        return cls(str(error), error.faults)


def with_remedy(fault: Fault) -> Fault:
    """Return a fault that says what to do, where only its rule says so yet."""
    return fault if fault.remedy else replace(fault, remedy=IN_FORMS_FILE)


def configuration() -> tuple[Settings, Forms]:
    """Configure logging and return settings and forms, or end the command with every fault named."""
    try:
        settings, forms = read_configuration()
    except ConfigurationError as error:
        raise Misconfigured.by(error) from error
    configure_logging(settings.log_format, settings.log_level)
    return settings, forms


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
