"""A worker that sleeps past its lease, and wakes after another took over, doubles nothing."""

import signal
from contextlib import ExitStack

import pytest

from tests.faults import fault_types
from tests.faults.invariants import Summary
from tests.faults.kill_points import KillPoint
from tests.faults.rig import Rig
from tests.faults.stand_in import RequestStage
from tests.support.processes import wait_for

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    "point", [KillPoint.AFTER_CLAIM, KillPoint.BEFORE_CONNECTING, KillPoint.BEFORE_RECORDING]
)
def test_a_worker_that_slept_during_a_send_doubles_nothing(rig: Rig, point: KillPoint) -> None:
    rig.accept(f"slept {point}")
    rig.accept(f"slept {point}")
    with rig.killable_worker(point, signal.SIGSTOP, DELIVERY_CONCURRENCY="1") as sleeper:
        wait_for(sleeper.is_suspended, "the worker sleeps")
        with rig.worker_thread():
            rig.settle()
            sleeper.send(signal.SIGCONT)
            assert sleeper.stop() == 0
            assert rig.settle() == Summary(accepted=2, delivered=2, failed=0, held=0)


def test_a_worker_that_slept_awaiting_an_answer_changes_nothing(
    rig: Rig,
) -> None:
    for fault in (
        fault_types.hang(stores=True),
        fault_types.hang(stores=False),
        fault_types.close(stores=False),
    ):
        rig.platform.inject(fault)
        rig.accept(fault.kind)
    with ExitStack() as stack:
        # With more threads another could be suspended in a transaction, and keep SQLite locked.
        sleeper = stack.enter_context(rig.worker(DELIVERY_CONCURRENCY="1"))
        for _ in range(3):
            rig.platform.when(RequestStage.ARRIVED, lambda _: sleeper.send(signal.SIGSTOP))
        wait_for(sleeper.is_suspended, "the worker sleeps")
        stack.enter_context(rig.worker())
        rig.settle()
        rig.platform.release()
        sleeper.send(signal.SIGCONT)
        assert sleeper.stop() == 0
        assert rig.settle() == Summary(accepted=3, delivered=3, failed=0, held=0)
