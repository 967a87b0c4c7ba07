"""Which SQLite library and journal are safe to use."""

import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from webapp.outbox.database import open_database
from webapp.outbox.migrations import upgrade
from webapp.outbox.sqlite import Version, choose_library, is_wal_sound


@pytest.mark.parametrize(
    ("version", "is_sound"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_a_version_is_sound_once_the_wal_reset_bug_is_fixed(version: Version, is_sound: bool) -> None:
    assert is_wal_sound(version) is is_sound


def test_a_sound_standard_library_uses_a_write_ahead_log() -> None:
    standard = SimpleNamespace(sqlite_version_info=(3, 51, 3))
    chosen = choose_library(standard)
    assert (chosen.module, chosen.journal_mode) == (standard, "wal")


def test_an_affected_standard_library_is_replaced_by_the_newer_one() -> None:
    chosen = choose_library(SimpleNamespace(sqlite_version_info=(3, 40, 1)))
    assert chosen.journal_mode == "wal"
    assert is_wal_sound(chosen.version)


def test_a_rollback_journal_is_used_where_neither_is_sound() -> None:
    standard = SimpleNamespace(sqlite_version_info=(3, 40, 1))
    chosen = choose_library(standard, newer="no_such_module")
    assert (chosen.module, chosen.journal_mode) == (standard, "delete")


def test_every_connection_is_durable_and_its_journal_sound(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'leadform.db'}")
    upgrade(database)
    with database.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert pragmas == {
        "journal_mode": choose_library(sqlite3).journal_mode,
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }
