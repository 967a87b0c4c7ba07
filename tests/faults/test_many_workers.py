"""Many workers on one outbox never send an enquiry twice, despite restarts and retries."""

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.faults import fault_types
from tests.faults.invariants import Summary
from tests.faults.rig import Rig
from tests.support.bulk_data import fill
from tests.support.processes import wait_for

pytestmark = pytest.mark.long

BACKLOG = 5_000


@pytest.mark.timeout(420)  # on a busy machine five thousand take minutes
def test_four_workers_deliver_a_backlog_once_though_one_is_killed(rig: Rig) -> None:
    rig.receipts.update(dict.fromkeys(fill(rig.database, BACKLOG), "one of many"))
    # With so many at once on one machine a request may take longer than the scaled time allows.
    patient = {"DELIVERY_TIMEOUT": "10", "DELIVERY_LEASE": "15", "LOG_LEVEL": "warning"}
    rig.platform.access.accepts_for = 20
    with ExitStack() as stack:
        workers = [stack.enter_context(rig.worker(**patient, DELIVERY_UNCLEAR_WAIT="25")) for _ in range(4)]
        wait_for(lambda: len(rig.platform.ledger) > BACKLOG // 10, "some are delivered", 150)
        workers[0].kill()
        summary = rig.settle(within=360)
    assert summary == Summary(accepted=BACKLOG, delivered=BACKLOG, failed=0, held=0)


def test_two_retries_during_a_send_send_once(rig: Rig) -> None:
    references = [rig.accept("failed, and retried by two people") for _ in range(5)]
    rig.platform.inject(fault_types.refuse(400, 24224), times=5)
    with rig.worker() as worker:
        wait_for(lambda: set(rig.states().values()) == {"failed"}, "all have failed")
        rig.platform.inject(fault_types.drip(pause=0.001), times=5)
        with ThreadPoolExecutor(2) as people:
            clicks = [people.submit(rig.command, "leads", "retry", *references) for _ in range(2)]
        assert [click.result().returncode for click in clicks] == [0, 0]
        summary = rig.settle()
        assert worker.stop() == 0
    assert summary == Summary(accepted=5, delivered=5, failed=0, held=0)


def work_and_interrupt(rig: Rig, number: signal.Signals) -> None:
    """Run a worker, and send it a signal once it has delivered something."""
    before = len(rig.platform.ledger)
    with rig.worker() as worker:
        wait_for(lambda: len(rig.platform.ledger) > before, "it has begun to deliver")
        worker.send(number)
        worker.wait()


def test_restarted_workers_deliver_everything_once(rig: Rig) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
        for _ in range(20):
            rig.accept(f"restarted by {number.name}")
        work_and_interrupt(rig, number)
    with rig.worker_thread():
        assert rig.settle() == Summary(accepted=80, delivered=80, failed=0, held=0)
