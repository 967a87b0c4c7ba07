"""A database that cannot store for a while loses no enquiry whose receipt was shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.faults.invariants import Summary
from tests.faults.rig import Rig
from tests.faults.stand_in import StandIn
from tests.faults.visitors import FilledForm
from tests.support.pages import TYPED
from tests.support.postgresql import PostgresServer
from tests.support.processes import wait_for
from tests.support.small_disk import fill, small_disk
from webapp.outbox.database import Database, open_database
from webapp.outbox.migrations import upgrade

pytestmark = pytest.mark.long

SIZE = "4m"


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Lock the database against writing."""
    with database.writing() as connection:
        if database.is_shared:
            # However slow the machine, only the test releases the lock.
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            connection.execute(text("LOCK TABLE deliveries, enquiries IN ACCESS EXCLUSIVE MODE"))
        yield


def test_while_the_database_is_locked_input_is_kept_and_workers_wait(
    rig: Rig,
) -> None:
    before = rig.accept("queued before the lock")
    with rig.web() as (_, visitor):
        form = FilledForm(visitor)
        with locked(rig.database):
            refused = form.send()
            assert refused.status_code == 503
            assert TYPED["email"] in refused.text
            with rig.worker() as worker:
                wait_for(lambda: "outbox_unavailable" in worker.output(), "the worker could not claim")
        reference = form.send_until_received()
    rig.receipts[reference] = "sent again after the lock"
    with rig.worker():
        assert rig.settle() == Summary(accepted=2, delivered=2, failed=0, held=0)
    assert set(rig.states()) == {before, reference}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", SIZE) as mounted:
        yield mounted


def test_while_the_disk_is_full_input_is_kept(disk: Path, stand_in: StandIn, tmp_path: Path) -> None:
    url = f"sqlite:///{disk / 'leadform.db'}"
    database = open_database(url)
    upgrade(database)
    rig = Rig(database, url, stand_in, tmp_path)
    with rig.web() as (_, visitor):
        form = FilledForm(visitor)
        filling = fill(disk)
        refused = form.send()
        assert refused.status_code == 503
        assert TYPED["email"] in refused.text
        filling.unlink()
        rig.receipts[form.send_until_received()] = "sent again once there was space"
    with rig.worker():
        assert rig.settle() == Summary(accepted=1, delivered=1, failed=0, held=0)
    database.close()


def test_a_postgresql_crash_under_load_loses_no_receipt(stand_in: StandIn, tmp_path: Path) -> None:
    with PostgresServer() as server, server.new_database() as url:
        database = open_database(url)
        upgrade(database)
        rig = Rig(database, url, stand_in, tmp_path)
        with rig.web() as (_, visitor), rig.worker() as worker:
            for _ in range(3):
                forms = [FilledForm(visitor) for _ in range(10)]
                for number, form in enumerate(forms):
                    if number == 5:
                        wait_for(lambda: rig.platform.ledger, "the worker is at work")
                        server.stop("immediate")
                        assert form.send().status_code == 503
                        wait_for(lambda: "outbox_unavailable" in worker.output(), "the worker has noticed")
                        server.start()
                    rig.receipts[form.send_until_received()] = f"the {number}th of its ten"
            assert rig.settle() == Summary(accepted=30, delivered=30, failed=0, held=0)
        database.close()
