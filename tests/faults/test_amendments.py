"""An amendment, whatever befalls it, changes the one opportunity, and the last one has the last word."""

import signal

import pytest

from tests.faults import fault_types as platform_faults
from tests.faults.fault_types import PlatformFault
from tests.faults.invariants import Summary
from tests.faults.kill_points import Doom
from tests.faults.rig import House

LOST_ANSWERS = [
    platform_faults.close(stores=True),
    platform_faults.close(stores=False),
    platform_faults.no_id(),
    platform_faults.error_body(stores=True),
    platform_faults.busy(503),
]


def delivered(house: House, befalls: str) -> str:
    """Return an enquiry that the platform has already."""
    reference = house.accept(befalls)
    with house.working():
        assert house.settle().delivered == 1
    return reference


@pytest.mark.long
@pytest.mark.parametrize(
    "point", [Doom.AFTER_CLAIM, Doom.BEFORE_CONNECTING, Doom.BEFORE_RECORDING, Doom.AFTER_RECORDING]
)
def test_a_worker_killed_over_an_amendment_leaves_one_opportunity_with_the_last_words(
    house: House, point: Doom
) -> None:
    reference = delivered(house, f"killed {point}")
    house.amend(reference, "Ninety guests")
    house.amend(reference, "A hundred guests")
    with house.doomed_worker(point) as worker:
        assert worker.wait() == -signal.SIGKILL
    with house.working():
        assert house.settle() == Summary(accepted=1, delivered=1, failed=0, held=0)


@pytest.mark.parametrize("lie", LOST_ANSWERS, ids=lambda lie: lie.kind)
def test_an_amendment_whose_answer_is_a_lie_leaves_one_opportunity_with_the_last_words(
    house: House, lie: PlatformFault
) -> None:
    reference = delivered(house, f"amended amid {lie.kind}")
    house.platform.inject(lie)
    house.amend(reference, "Ninety guests")
    with house.working():
        house.amend(reference, "A hundred guests")
        assert house.settle() == Summary(accepted=1, delivered=1, failed=0, held=0)


def test_enquiries_that_are_amended_while_their_own_answer_is_lost_are_one_opportunity_each(
    house: House,
) -> None:
    for lie in LOST_ANSWERS:
        house.platform.inject(lie)
        house.amend(house.accept(f"added amid {lie.kind}"), f"Changed amid {lie.kind}")
    with house.working():
        assert house.settle() == Summary(accepted=5, delivered=5, failed=0, held=0)
