"""Every schedule with a few faults keeps the promise, and without any one of its safeguards some do not."""

from __future__ import annotations

import pytest

from tests.explorer.mutants import MUTANTS, explore_without
from tests.explorer.search import explore, replay
from tests.explorer.worlds import WORLDS


@pytest.mark.timeout(300)  # seconds; it takes ten of a processor that has nothing else to do
@pytest.mark.parametrize("world", WORLDS)
def test_every_schedule_with_a_fault_keeps_the_promise(world: str) -> None:
    report = explore(world, faults=1)
    assert report.violation is None
    assert report.at_rest


@pytest.mark.parametrize("name", ["fence", "token-sending", "commit", "comparison", "order", "receipt"])
def test_a_safeguard_that_is_taken_out_is_missed(name: str) -> None:
    mutant = MUTANTS[name]
    report = explore_without(name)
    assert report.violation is not None
    with mutant.patch():
        # The schedule that was printed leads there again.
        assert f"BROKEN: {report.violation.broken}" in replay(mutant.world, report.violation.replay)
