"""How a command fails: what is wrong and what to do, on standard error, and an exit status."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from webapp.configuration import ConfigurationError, database_of, read_configuration
from webapp.formfile.reader import Forms
from webapp.logs import configure_logging
from webapp.outbox.database import Database, StoreUnavailableError
from webapp.outbox.migrations import is_up_to_date
from webapp.settings import Settings

MISCONFIGURED = 2
LACKS_MIGRATIONS = "The database is not up to date: run leadform db upgrade"


class Misconfigured(click.ClickException):
    """The service cannot start as it is configured."""

    exit_code = MISCONFIGURED


def configuration() -> tuple[Settings, Forms]:
    """Return the settings and the forms, the log set up, or end the command with every fault named."""
    try:
        settings, forms = read_configuration()
    except ConfigurationError as error:
        raise Misconfigured(str(error)) from error
    configure_logging(settings.log_format, settings.log_level)
    return settings, forms


@contextmanager
def opened_database(settings: Settings, *, up_to_date: bool = True) -> Iterator[Database]:
    """Open the database for a block, or end the command saying why it cannot be used.

    ``up_to_date`` asks that no migration is missing.
    """
    database = database_of(settings)
    try:
        if up_to_date and not is_up_to_date(database):
            raise Misconfigured(LACKS_MIGRATIONS)
        yield database
    except StoreUnavailableError as error:
        raise click.ClickException(
            f"The database cannot be used ({error}): check DATABASE_URL and that its server or disk is there"
        ) from error
    finally:
        database.close()
