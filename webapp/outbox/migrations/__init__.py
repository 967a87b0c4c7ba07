"""Brings a database up to date with the schema. Alembic runs ``env.py`` and needs no configuration file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from webapp.outbox.database import Database

HEAD: Final = "0003"
"""The newest revision, so that what only asks whether a database has it need not load Alembic."""


def upgrade(database: Database, revision: str = "head") -> bool:
    """Apply every missing migration up to a revision, in one transaction; return whether it was empty.

    Nothing else makes a database.

    Raises:
        StoreUnavailableError: nothing was changed.
    """
    from alembic import command  # noqa: PLC0415 (slow to import, and most commands upgrade nothing)
    from alembic.config import Config  # noqa: PLC0415 (as above)

    from webapp.outbox.postgresql import disable_statement_timeout  # noqa: PLC0415 (as above)

    database.make_file()
    with database.writing() as connection:
        disable_statement_timeout(connection)
        was_empty = _get_revision(connection) is None
        config = Config()
        # Alembic reads % in a path as the start of an interpolation.
        config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return was_empty


def is_up_to_date(database: Database) -> bool:
    """Say whether every migration has been applied.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    if database.is_missing():
        return False
    with database.reading() as connection:
        return _get_revision(connection) == HEAD


def _get_revision(connection: Connection) -> str | None:
    """Return the revision that a database is at; None when no migration was ever applied."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
