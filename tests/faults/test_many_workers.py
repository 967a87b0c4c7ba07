"""Many workers at one outbox never send the same enquiry twice, whoever restarts or retries meanwhile."""

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.faults import fault_types as platform_faults
from tests.faults.invariants import Summary
from tests.faults.rig import House
from tests.support.bulk_data import fill
from tests.support.processes import wait_for

pytestmark = pytest.mark.long

BACKLOG = 5_000


@pytest.mark.timeout(420)  # on a machine with much else to do, five thousand take minutes
def test_four_workers_deliver_a_backlog_once_each_while_one_of_them_is_killed(house: House) -> None:
    house.receipts.update(dict.fromkeys(fill(house.database, BACKLOG), "one of many"))
    # With so many at once on one machine a request may take longer than the scaled time allows.
    patient = {"DELIVERY_TIMEOUT": "10", "DELIVERY_LEASE": "15", "LOG_LEVEL": "warning"}
    house.platform.gate.accepts_for = 20
    with ExitStack() as stack:
        workers = [stack.enter_context(house.worker(**patient, DELIVERY_UNCLEAR_WAIT="25")) for _ in range(4)]
        wait_for(lambda: len(house.platform.ledger) > BACKLOG // 10, "some are delivered", 150)
        workers[0].kill()
        summary = house.settle(within=360)
    assert summary == Summary(accepted=BACKLOG, delivered=BACKLOG, failed=0, held=0)


def test_retry_clicked_twice_while_a_worker_sends_sends_once(house: House) -> None:
    references = [house.accept("failed, and retried by two people") for _ in range(5)]
    house.platform.inject(platform_faults.refuse(400, 24224), times=5)
    with house.worker() as worker:
        wait_for(lambda: set(house.states().values()) == {"failed"}, "all have failed")
        house.platform.inject(platform_faults.drip(pause=0.001), times=5)
        with ThreadPoolExecutor(2) as people:
            clicks = [people.submit(house.command, "leads", "retry", *references) for _ in range(2)]
        assert [click.result().returncode for click in clicks] == [0, 0]
        summary = house.settle()
        assert worker.stop() == 0
    assert summary == Summary(accepted=5, delivered=5, failed=0, held=0)


def work_until_in_the_middle(house: House, number: signal.Signals) -> None:
    """Run a worker, and send it a signal as soon as it has delivered something."""
    before = len(house.platform.ledger)
    with house.worker() as worker:
        wait_for(lambda: len(house.platform.ledger) > before, "it is in the middle of it")
        worker.send(number)
        worker.wait()


def test_workers_that_are_restarted_again_and_again_deliver_everything_once(house: House) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
        for _ in range(20):
            house.accept(f"restarted by {number.name}")
        work_until_in_the_middle(house, number)
    with house.working():
        assert house.settle() == Summary(accepted=80, delivered=80, failed=0, held=0)
