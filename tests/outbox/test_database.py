"""Transactions, forks and failures of the database."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from tests.support.clock import Clock
from tests.support.enquiries import accept, queue_of
from tests.support.processes import wait_for
from webapp.outbox.database import Database, StoreUnavailableError, open_database
from webapp.outbox.migrations import upgrade
from webapp.outbox.postgresql import SERVER_TIMEOUTS_SECONDS
from webapp.outbox.tables import enquiries

on_sqlite = pytest.mark.engines("sqlite")

READ_AND_CLOSE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM enquiries").fetchall()
connection.close()
"""
"""What any SQLite tool does, perhaps with another version of the library."""

ROW: dict[str, Any] = {
    "reference": "ENQ-00000000",
    "form": "weddings",
    "received_at": None,
    "submission_key": "key",
    "content_digest": "digest",
    "content": {},
}


def count(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(enquiries)).scalar_one()


def test_a_failed_write_is_rolled_back(database: Database, clock: Clock) -> None:

    def write_and_fail() -> None:
        with database.writing() as connection:
            connection.execute(insert(enquiries).values({**ROW, "received_at": clock()}))
            raise LookupError

    with pytest.raises(LookupError):
        write_and_fail()
    assert count(database) == 0


def test_no_connection_crosses_a_fork(database: Database) -> None:
    assert count(database) == 0
    with database.engine.connect() as connection:
        parents = connection.connection.dbapi_connection
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with database.engine.connect() as connection:
                status = int(connection.connection.dbapi_connection is parents)
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(ended) == 0
    assert count(database) == 0


@on_sqlite
def test_only_the_owner_can_read_the_database_file(tmp_path: Path) -> None:
    path = tmp_path / "var" / "leadform.db"
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_table_locked_past_the_timeout_is_unavailable(
    database_url: str, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr("webapp.outbox.database.BUSY_TIMEOUT_SECONDS", 0.1)
    first, second = open_database(database_url), open_database(database_url)
    upgrade(first)
    with first.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE enquiries")
        with pytest.raises(StoreUnavailableError), second.writing() as waiting:
            waiting.execute(insert(enquiries).values({**ROW, "received_at": clock()}))
    first.close()
    second.close()


@on_sqlite
def test_a_database_locked_past_the_timeout_is_unavailable(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.outbox.database.BUSY_TIMEOUT_SECONDS", 0.1)
    second = open_database(database_url)
    with (
        database.writing(),
        pytest.raises(StoreUnavailableError, match="locked"),
        second.writing(),
    ):
        pytest.fail("the second writer got in")
    second.close()


def test_an_unreachable_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    database = open_database(f"sqlite:///{tmp_path / 'file' / 'leadform.db'}")
    with pytest.raises(StoreUnavailableError):
        count(database)


def test_a_missing_postgresql_server_is_unavailable() -> None:
    database = open_database("postgresql://nobody:secret@127.0.0.1:9/none")
    with pytest.raises(StoreUnavailableError) as raised:
        count(database)
    assert "secret" not in str(raised.value)


def test_an_error_does_not_reveal_the_values(database: Database, clock: Clock) -> None:
    row = {**ROW, "received_at": clock(), "content": {"answers": "private"}, "reference": "x" * 9}
    with database.writing() as connection:
        connection.execute(insert(enquiries).values(row))
    with pytest.raises(Exception, match=r"UNIQUE|unique") as raised, database.writing() as connection:
        connection.execute(insert(enquiries).values(row))
    assert "private" not in str(raised.value)


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize("name", SERVER_TIMEOUTS_SECONDS)
def test_no_session_waits_or_idles_in_a_transaction_for_ever(database: Database, name: str) -> None:
    with database.reading() as connection:
        assert connection.exec_driver_sql(f"SHOW {name}").scalar() == f"{SERVER_TIMEOUTS_SECONDS[name]:g}s"


@pytest.mark.engines("postgresql")
def test_a_process_asleep_in_a_transaction_loses_its_row_locks(database: Database, clock: Clock) -> None:
    accept(database, clock())
    queue = queue_of(database)

    def sleep_in_a_transaction() -> None:
        with database.writing() as sleeping:
            sleeping.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '100ms'")
            sleeping.exec_driver_sql("SELECT id FROM deliveries FOR UPDATE")
            assert wait_for(lambda: queue.claim(1), "the delivery can be claimed")

    with pytest.raises(StoreUnavailableError):
        sleep_in_a_transaction()


@on_sqlite
def test_another_program_closing_the_database_loses_no_enquiry(
    database: Database, database_url: str, clock: Clock
) -> None:
    assert count(database) == 0
    with database.engine.connect() as first:
        with database.engine.connect():
            pass  # opening a second connection must not release the locks of the first
        subprocess.run([sys.executable, "-c", READ_AND_CLOSE, str(database.file)], check=True)
        writer = first.execution_options(leadform_writing=True)
        with writer.begin():
            writer.execute(insert(enquiries).values({**ROW, "received_at": clock()}))
    fresh = open_database(database_url)
    assert count(fresh) == 1
    fresh.close()


@on_sqlite
def test_only_an_upgrade_creates_the_file(tmp_path: Path) -> None:
    path = tmp_path / "var" / "leadform.db"
    database = open_database(f"sqlite:///{path}")
    with pytest.raises(StoreUnavailableError, match=r"there is no database at .* yet"):
        count(database)
    assert list(tmp_path.iterdir()) == []
    assert upgrade(database)
    assert not upgrade(database)
    database.close()
