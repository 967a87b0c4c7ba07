"""Brings a database up to date with ``tables.py``, by Alembic without a configuration file."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from webapp.outbox.database import Database
from webapp.outbox.postgresql import disable_statement_timeout


def upgrade(database: Database, revision: str = "head") -> bool:
    """Apply every missing migration up to a revision, in one transaction; return whether it was empty.

    Nothing else makes a database.

    Raises:
        StoreUnavailableError: nothing was changed.
    """
    database.make_file()
    with database.writing() as connection:
        disable_statement_timeout(connection)
        was_empty = MigrationContext.configure(connection).get_current_revision() is None
        config = _config()
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
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with database.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def _config() -> Config:
    config = Config()
    # Alembic reads % in a path as the start of an interpolation.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
