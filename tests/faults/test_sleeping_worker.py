"""A worker that sleeps past its lease, and wakes when another has taken over, doubles nothing."""

import signal
from contextlib import ExitStack

import pytest

from tests.faults import fault_types as platform_faults
from tests.faults.invariants import Summary
from tests.faults.kill_points import Doom
from tests.faults.rig import House
from tests.faults.stand_in import Point
from tests.support.processes import wait_for

pytestmark = pytest.mark.long


@pytest.mark.parametrize("point", [Doom.AFTER_CLAIM, Doom.BEFORE_CONNECTING, Doom.BEFORE_RECORDING])
def test_a_worker_that_slept_at_any_moment_of_its_send_doubles_nothing_when_it_wakes(
    house: House, point: Doom
) -> None:
    house.accept(f"slept {point}")
    house.accept(f"slept {point}")
    with house.doomed_worker(point, signal.SIGSTOP, DELIVERY_CONCURRENCY="1") as sleeper:
        wait_for(sleeper.is_stopped, "the worker sleeps")
        with house.working():
            house.settle()
            sleeper.send(signal.SIGCONT)
            assert sleeper.stop() == 0
            assert house.settle() == Summary(accepted=2, delivered=2, failed=0, held=0)


def test_a_worker_that_slept_while_it_waited_for_an_answer_changes_nothing_when_it_wakes(
    house: House,
) -> None:
    for fault in (
        platform_faults.hang(stores=True),
        platform_faults.hang(stores=False),
        platform_faults.close(stores=False),
    ):
        house.platform.inject(fault)
        house.accept(fault.kind)
    with ExitStack() as stack:
        # With more at once another thread could fall asleep in a transaction, and keep SQLite from everybody.
        sleeper = stack.enter_context(house.worker(DELIVERY_CONCURRENCY="1"))
        for _ in range(3):
            house.platform.when(Point.ARRIVED, lambda _: sleeper.send(signal.SIGSTOP))
        wait_for(sleeper.is_stopped, "the worker sleeps")
        stack.enter_context(house.worker())
        house.settle()
        house.platform.release()
        sleeper.send(signal.SIGCONT)
        assert sleeper.stop() == 0
        assert house.settle() == Summary(accepted=3, delivered=3, failed=0, held=0)
