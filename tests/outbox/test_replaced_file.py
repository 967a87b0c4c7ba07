"""An SQLite file that is replaced, removed or made read-only under a running process."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.support.clock import Clock
from tests.support.enquiries import accept
from webapp.outbox.database import Database, StoreUnavailableError, open_database
from webapp.outbox.queries import DeliveryQueries, Filter

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def path(database_url: str) -> Path:
    return Path(database_url.removeprefix("sqlite:///"))


def fill_pool(database: Database) -> None:
    """Leave some connections in the pool."""
    held = [database.engine.connect() for _ in range(3)]
    for connection in held:
        connection.close()


def stored(database: Database) -> set[str]:
    return {row.reference for row in DeliveryQueries(database).list(Filter())}


def backup(path: Path) -> Path:
    """Make a consistent copy, as a backup does."""
    copy = path.with_name("backup.db")
    source, target = sqlite3.connect(path), sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()
    return copy


def remove_journal(path: Path) -> None:
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def restore_beside_journal(database: Database, path: Path, clock: Clock) -> set[str]:
    """Restore a backup without removing the newer journal; return the references in the backup."""
    kept = {accept(database, clock())}
    copy = backup(path)
    accept(database, clock())
    fill_pool(database)
    copy.replace(path)
    if not path.with_name(f"{path.name}-wal").exists():
        pytest.skip("this SQLite leaves no journal file behind")
    return kept


def test_a_restored_backup_takes_new_enquiries(
    database: Database, path: Path, database_url: str, clock: Clock
) -> None:
    kept = {accept(database, clock())}
    for _ in range(2):
        copy = backup(path)
        lost = accept(database, clock())
        fill_pool(database)
        copy.replace(path)
        remove_journal(path)
        kept.add(accept(database, clock()))
        others = open_database(database_url)
        assert stored(others) == stored(database) == kept
        others.close()
        assert lost not in kept
        with database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_a_restored_backup_is_refused_beside_the_old_journal(
    database: Database, path: Path, clock: Clock
) -> None:
    kept = restore_beside_journal(database, path, clock)
    for _ in range(2):
        with pytest.raises(StoreUnavailableError, match=r"remove leadform\.db-wal"):
            accept(database, clock())
    remove_journal(path)
    kept.add(accept(database, clock()))
    assert stored(database) == kept


def test_the_journal_is_sought_beside_the_links_target(database: Database, path: Path, clock: Clock) -> None:
    link = path.with_name("linked") / "link.db"
    link.parent.mkdir()
    link.symlink_to(path)
    linked = open_database(f"sqlite:///{link}", clock)
    kept = restore_beside_journal(linked, path, clock)
    with pytest.raises(StoreUnavailableError, match=r"remove leadform\.db-wal and leadform\.db-shm"):
        accept(linked, clock())
    database.close()
    remove_journal(path)
    kept.add(accept(linked, clock()))
    assert stored(linked) == kept
    linked.close()


def test_a_removed_file_is_missed_and_not_recreated(database: Database, path: Path, clock: Clock) -> None:
    kept = {accept(database, clock())}
    fill_pool(database)
    away = path.with_name("away.db")
    shutil.move(path, away)
    for _ in range(2):
        with pytest.raises(StoreUnavailableError, match="was removed"):
            accept(database, clock())
    assert not path.exists()
    shutil.move(away, path)
    kept.add(accept(database, clock()))
    assert stored(database) == kept


def test_a_read_only_connection_is_replaced_unnoticed(database: Database, clock: Clock) -> None:
    with database.reading() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    reference = accept(database, clock())
    assert stored(database) == {reference}
