"""A worker killed at any point loses nothing and doubles nothing."""

import signal

import pytest

from tests.faults import fault_types
from tests.faults.fault_types import PlatformFault
from tests.faults.invariants import Summary
from tests.faults.kill_points import KillPoint
from tests.faults.rig import Rig
from tests.faults.stand_in import RequestStage

pytestmark = pytest.mark.long

KILLED = -signal.SIGKILL


def kill_at(rig: Rig, point: KillPoint) -> None:
    rig.accept(f"killed {point}")
    rig.accept(f"killed {point}")
    with rig.killable_worker(point) as worker:
        assert worker.wait() == KILLED


def kill_during_call(rig: Rig, stage: RequestStage, fault: PlatformFault | None = None) -> None:
    with rig.worker() as worker:
        rig.platform.when(stage, lambda _: worker.kill())
        if fault:
            rig.platform.inject(fault)
        rig.accept(f"killed when its call was {stage}, {fault.kind if fault else 'no fault'}")
        rig.accept(f"killed when another's call was {stage}")
        assert worker.wait() == KILLED


def test_a_worker_killed_at_any_point_loses_and_doubles_nothing(rig: Rig) -> None:
    for point in (
        KillPoint.AFTER_CLAIM,
        KillPoint.BEFORE_CONNECTING,
        KillPoint.BEFORE_RECORDING,
        KillPoint.AFTER_RECORDING,
    ):
        kill_at(rig, point)
    for stage in (RequestStage.ARRIVING, RequestStage.ARRIVED, RequestStage.STORED, RequestStage.ANSWERED):
        kill_during_call(rig, stage)
    kill_during_call(rig, RequestStage.ARRIVED, fault_types.close(stores=False))
    with rig.worker_thread():
        assert rig.settle() == Summary(accepted=18, delivered=18, failed=0, held=0)
