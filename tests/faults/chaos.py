"""A chaos run: enquiries keep arriving while faults of every kind are injected at random.

It ends by repairing everything, letting the outbox drain, and checking the invariants.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.faults.chaos_actions import ChaosActions
from tests.faults.concurrent_visitors import ConcurrentVisitors
from tests.faults.invariants import Summary
from tests.faults.processes import running_processes
from tests.faults.rig import Rig

MAX_PAUSE: Final = 0.8
DRAINS_WITHIN: Final = 180.0
# A request is kept at most 2 s after its date, and those kept late 1.1 s after that.
SETTINGS: Final = {"DELIVERY_UNCLEAR_WAIT": "5", "WEB_CONCURRENCY": "2", "LOG_LEVEL": "warning"}


@dataclass(frozen=True, slots=True)
class Report:
    """How a chaos run went: what became of the enquiries, and which faults were injected."""

    seed: int
    summary: Summary
    tries: int
    injected: Counter[str]

    def __str__(self) -> str:
        total = self.summary
        counts = f"delivered {total.delivered}, failed {total.failed}, held {total.held}"
        lines = [
            f"seed {self.seed}: the books balance; accepted {total.accepted}, {counts}",
            f"forms sent: {self.tries}; faults injected: {self.injected.total()}",
            *(f"  {count:5} {kind}" for kind, count in sorted(self.injected.items())),
        ]
        return "\n".join(lines)


def run(rig: Rig, seed: int, seconds: float, interrupt_database: Callable[[Random], None]) -> Report:
    """Inject faults for so many seconds, then check that every receipt is accounted for.

    Raises:
        AssertionError: an enquiry was lost or doubled, or something never settled.
    """
    rng = Random(seed)
    with (
        running_processes(rig, rig.env(**SETTINGS)) as processes,
        ConcurrentVisitors(rig, processes, seed) as visitors,
    ):
        actions = ChaosActions(rig, processes, rng, interrupt_database)
        _perform_actions(actions, rng, seconds)
        tries = visitors.finish()
        summary = rig.settle(DRAINS_WITHIN)
    return Report(seed, summary, tries, actions.injected())


def _perform_actions(actions: ChaosActions, rng: Random, seconds: float) -> None:
    ends_at = time.monotonic() + seconds
    actions.begin()
    try:
        while time.monotonic() < ends_at:
            time.sleep(rng.uniform(0, MAX_PAUSE))
            actions.perform_one()
    finally:
        actions.end()
