"""A worker that is killed, at whatever moment, loses nothing and doubles nothing."""

import signal

import pytest

from tests.faults import fault_types as platform_faults
from tests.faults.fault_types import PlatformFault
from tests.faults.invariants import Summary
from tests.faults.kill_points import Doom
from tests.faults.rig import House
from tests.faults.stand_in import Point

pytestmark = pytest.mark.long

KILLED = -signal.SIGKILL


def kill_inside(house: House, point: Doom) -> None:
    house.accept(f"killed {point}")
    house.accept(f"killed {point}")
    with house.doomed_worker(point) as worker:
        assert worker.wait() == KILLED


def kill_when_the_platform(house: House, moment: Point, fault: PlatformFault | None = None) -> None:
    with house.worker() as worker:
        house.platform.when(moment, lambda _: worker.kill())
        if fault:
            house.platform.inject(fault)
        house.accept(f"killed when it had {moment}, {fault.kind if fault else 'no fault'}")
        house.accept(f"killed when another had {moment}")
        assert worker.wait() == KILLED


def test_a_worker_killed_at_any_moment_leaves_each_enquiry_one_opportunity(house: House) -> None:
    for point in (Doom.AFTER_CLAIM, Doom.BEFORE_CONNECTING, Doom.BEFORE_RECORDING, Doom.AFTER_RECORDING):
        kill_inside(house, point)
    for moment in (Point.ARRIVING, Point.ARRIVED, Point.STORED, Point.ANSWERED):
        kill_when_the_platform(house, moment)
    kill_when_the_platform(house, Point.ARRIVED, platform_faults.close(stores=False))
    with house.working():
        assert house.settle() == Summary(accepted=18, delivered=18, failed=0, held=0)
