"""Amendments under faults: the one opportunity ends up with the last change."""

import signal

import pytest

from tests.faults import fault_types
from tests.faults.fault_types import PlatformFault
from tests.faults.invariants import Summary
from tests.faults.kill_points import KillPoint
from tests.faults.rig import Rig

LOST_ANSWERS = [
    fault_types.close(stores=True),
    fault_types.close(stores=False),
    fault_types.no_id(),
    fault_types.error_body(stores=True),
    fault_types.busy(503),
]


def deliver_one(rig: Rig, note: str) -> str:
    """Return the reference of an enquiry that was delivered."""
    reference = rig.accept(note)
    with rig.worker_thread():
        assert rig.settle().delivered == 1
    return reference


@pytest.mark.long
@pytest.mark.parametrize(
    "point",
    [
        KillPoint.AFTER_CLAIM,
        KillPoint.BEFORE_CONNECTING,
        KillPoint.BEFORE_RECORDING,
        KillPoint.AFTER_RECORDING,
    ],
)
def test_a_killed_worker_leaves_one_opportunity_with_the_last_change(rig: Rig, point: KillPoint) -> None:
    reference = deliver_one(rig, f"killed {point}")
    rig.amend(reference, "Ninety guests")
    rig.amend(reference, "A hundred guests")
    with rig.killable_worker(point) as worker:
        assert worker.wait() == -signal.SIGKILL
    with rig.worker_thread():
        assert rig.settle() == Summary(accepted=1, delivered=1, failed=0, held=0)


@pytest.mark.parametrize("fault", LOST_ANSWERS, ids=lambda fault: fault.kind)
def test_a_false_answer_leaves_one_opportunity_with_the_last_change(rig: Rig, fault: PlatformFault) -> None:
    reference = deliver_one(rig, f"amended amid {fault.kind}")
    rig.platform.inject(fault)
    rig.amend(reference, "Ninety guests")
    with rig.worker_thread():
        rig.amend(reference, "A hundred guests")
        assert rig.settle() == Summary(accepted=1, delivered=1, failed=0, held=0)


def test_an_enquiry_amended_in_doubt_becomes_one_opportunity(
    rig: Rig,
) -> None:
    for fault in LOST_ANSWERS:
        rig.platform.inject(fault)
        rig.amend(rig.accept(f"added amid {fault.kind}"), f"Changed amid {fault.kind}")
    with rig.worker_thread():
        assert rig.settle() == Summary(accepted=5, delivered=5, failed=0, held=0)
