"""A clock stepped by an hour neither doubles an enquiry nor loses one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import NewDatabase
from tests.faults import fault_types
from tests.faults.invariants import Summary
from tests.faults.rig import Rig
from tests.faults.stand_in import StandIn
from tests.support.enquiries import accept
from tests.support.processes import wait_for
from webapp.outbox.database import open_database
from webapp.outbox.migrations import upgrade
from webapp.outbox.requeue import Requeuer

HOUR = 3600.0


class SteppedClock:
    """The real time plus an offset in seconds."""

    def __init__(self) -> None:
        self.offset = 0.0

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset)


@pytest.fixture
def stepped() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def rig(new_database: NewDatabase, stepped: SteppedClock, stand_in: StandIn, tmp_path: Path) -> Iterator[Rig]:
    with new_database(tmp_path) as url:
        database = open_database(url, stepped)
        upgrade(database)
        yield Rig(database, url, stand_in, tmp_path)
        database.close()


def test_stepping_the_clock_after_an_unclear_send_does_not_double_it(rig: Rig, stepped: SteppedClock) -> None:
    reference = accept(rig.database, stepped())
    rig.receipts[reference] = "stored when our clock was an hour ahead"
    rig.platform.inject(fault_types.store_late(1.8))
    with rig.worker_thread(rig.database):
        wait_for(lambda: rig.states()[reference] == "unclear", "the send is unclear")
        stepped.offset = HOUR
        wait_for(lambda: "set it by NTP" in rig.last_errors(), "the wrong clock is reported")
        wait_for(lambda: len(rig.platform.ledger) == 1, "the platform has stored it")
        stepped.offset = 0
        # The wrong clock made it due in an hour.
        wait_for(lambda: Requeuer(rig.database).retry(reference)[0].after, "a person has retried it")
        assert rig.settle() == Summary(accepted=1, delivered=1, failed=0, held=0)


def test_a_wrong_clock_pauses_delivery_until_it_is_set_right(rig: Rig, stepped: SteppedClock) -> None:
    stepped.offset = -HOUR
    for _ in range(5):
        rig.receipts[accept(rig.database, stepped())] = "queued by a wrong clock"
    with rig.worker_thread(rig.database):
        wait_for(lambda: "set it by NTP" in rig.last_errors(), "the wrong clock is reported")
        assert {row.attempts for row in rig.rows() if row.state == "queued"} == {0}
        stepped.offset = 0
        assert rig.settle() == Summary(accepted=5, delivered=5, failed=0, held=0)
