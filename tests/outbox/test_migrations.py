"""Migrations bring a database to the schema that the code expects."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from webapp.outbox.database import Database, open_database
from webapp.outbox.migrations import is_up_to_date, upgrade
from webapp.outbox.tables import metadata


def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_new_database_is_not_up_to_date_until_it_is_upgraded(database_url: str) -> None:
    database = open_database(database_url)
    assert not is_up_to_date(database)
    upgrade(database)
    assert is_up_to_date(database)
    database.close()


def test_upgrading_again_changes_nothing(database: Database) -> None:
    upgrade(database)
    assert is_up_to_date(database)
