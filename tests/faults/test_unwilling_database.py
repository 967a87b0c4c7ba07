"""A database that does not take an enquiry for a while loses none whose receipt was shown."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.faults.invariants import Summary
from tests.faults.programs import gunicorn
from tests.faults.rig import House
from tests.faults.stand_in import StandIn
from tests.faults.visitors import FilledForm
from tests.support.pages import TYPED
from tests.support.postgresql import PostgresServer
from tests.support.processes import Visitor, free_port, wait_for
from webapp.outbox.database import Database, open_database
from webapp.outbox.migrations import upgrade

pytestmark = pytest.mark.long

SMALL = 4 * 1024 * 1024


@contextmanager
def served(house: House) -> Iterator[Visitor]:
    port = free_port()
    with gunicorn("webapp.wsgi:app", port, env=house.env(), folder=house.folder):
        visitor = Visitor(port)
        visitor.wait_until_served()
        yield visitor


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Keep everybody else from writing."""
    with database.writing() as connection:
        if database.is_shared:
            # However slow the machine, the lock is given up by the test alone.
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            connection.execute(text("LOCK TABLE deliveries, enquiries IN ACCESS EXCLUSIVE MODE"))
        yield


def test_while_the_database_is_locked_the_visitor_keeps_what_was_typed_and_the_worker_waits(
    house: House,
) -> None:
    before = house.accept("queued before the lock")
    with served(house) as visitor:
        form = FilledForm(visitor)
        with locked(house.database):
            refused = form.send()
            assert refused.status_code == 503
            assert TYPED["email"] in refused.text
            with house.worker() as worker:
                wait_for(lambda: "outbox_unavailable" in worker.said(), "the worker could not claim")
        reference = form.send_until_received()
    house.receipts[reference] = "sent again when the lock was gone"
    with house.worker():
        assert house.settle() == Summary(accepted=2, delivered=2, failed=0, held=0)
    assert set(house.states()) == {before, reference}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes; where the system lets nobody mount one, the test is skipped and says so."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = _run("mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(place))
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted: {mounted.stderr.strip()}")
    yield place
    assert _run("umount", "--lazy", str(place)).returncode == 0


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True)


def fill_up(file: Path) -> None:
    """Write until there is no room left."""
    with file.open("wb", buffering=0) as filling, suppress(OSError):
        while True:
            filling.write(b"x" * 1024)


def test_while_the_disk_is_full_the_visitor_keeps_what_was_typed(
    small_disk: Path, stand_in: StandIn, tmp_path: Path
) -> None:
    url = f"sqlite:///{small_disk / 'leadform.db'}"
    database = open_database(url)
    upgrade(database)
    house = House(database, url, stand_in, tmp_path)
    with served(house) as visitor:
        form = FilledForm(visitor)
        filling = small_disk / "filling"
        fill_up(filling)
        refused = form.send()
        assert refused.status_code == 503
        assert TYPED["email"] in refused.text
        filling.unlink()
        house.receipts[form.send_until_received()] = "sent again when there was room"
    with house.worker():
        assert house.settle() == Summary(accepted=1, delivered=1, failed=0, held=0)
    database.close()


def test_a_postgresql_that_crashes_under_load_loses_no_enquiry_whose_receipt_was_shown(
    stand_in: StandIn, tmp_path: Path
) -> None:
    with PostgresServer() as server, server.new_database() as url:
        database = open_database(url)
        upgrade(database)
        house = House(database, url, stand_in, tmp_path)
        with served(house) as visitor, house.worker() as worker:
            for _ in range(3):
                forms = [FilledForm(visitor) for _ in range(10)]
                for number, form in enumerate(forms):
                    if number == 5:
                        wait_for(lambda: house.platform.ledger, "the worker is at work")
                        server.stop("immediate")
                        assert form.send().status_code == 503
                        wait_for(lambda: "outbox_unavailable" in worker.said(), "the worker has noticed")
                        server.start()
                    house.receipts[form.send_until_received()] = f"the {number}th of its ten"
            assert house.settle() == Summary(accepted=30, delivered=30, failed=0, held=0)
        database.close()
