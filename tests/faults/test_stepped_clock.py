"""A clock that is put forward or back by an hour neither doubles an enquiry nor loses one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import NewDatabase
from tests.faults import fault_types as platform_faults
from tests.faults.invariants import Summary
from tests.faults.rig import House
from tests.faults.stand_in import StandIn
from tests.support.enquiries import accept
from tests.support.processes import wait_for
from webapp.outbox.database import open_database
from webapp.outbox.migrations import upgrade
from webapp.outbox.requeue import Requeuer

HOUR = 3600.0


class SteppedClock:
    """The true time, and so many seconds more or less."""

    def __init__(self) -> None:
        self.offset = 0.0

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset)


@pytest.fixture
def stepped() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def house(
    new_database: NewDatabase, stepped: SteppedClock, stand_in: StandIn, tmp_path: Path
) -> Iterator[House]:
    with new_database(tmp_path) as url:
        database = open_database(url, stepped)
        upgrade(database)
        yield House(database, url, stand_in, tmp_path)
        database.close()


def test_a_clock_put_forward_after_an_unclear_send_and_back_again_does_not_let_it_be_sent_twice(
    house: House, stepped: SteppedClock
) -> None:
    reference = accept(house.database, stepped())
    house.receipts[reference] = "stored when our clock was an hour ahead"
    house.platform.inject(platform_faults.store_late(1.8))
    with house.working(house.database):
        wait_for(lambda: house.states()[reference] == "unclear", "the send is unclear")
        stepped.offset = HOUR
        wait_for(lambda: "set it by NTP" in house.last_errors(), "the wrong clock is told")
        wait_for(lambda: len(house.platform.ledger) == 1, "the platform has kept it")
        stepped.offset = 0
        # By the clock that was wrong it is due in an hour.
        wait_for(lambda: Requeuer(house.database).retry(reference)[0].after, "a person has retried it")
        assert house.settle() == Summary(accepted=1, delivered=1, failed=0, held=0)


def test_a_clock_that_is_wrong_pauses_everything_and_it_drains_when_it_is_right(
    house: House, stepped: SteppedClock
) -> None:
    stepped.offset = -HOUR
    for _ in range(5):
        house.receipts[accept(house.database, stepped())] = "queued by a wrong clock"
    with house.working(house.database):
        wait_for(lambda: "set it by NTP" in house.last_errors(), "the wrong clock is told")
        assert {row.attempts for row in house.rows() if row.state == "queued"} == {0}
        stepped.offset = 0
        assert house.settle() == Summary(accepted=5, delivered=5, failed=0, held=0)
