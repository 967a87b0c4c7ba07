"""A chaos run: enquiries arrive all the time while everything is killed and lied to at random.

It ends by mending everything, letting what waits drain, and balancing the books.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.faults.chaos_actions import Troubles
from tests.faults.invariants import Summary
from tests.faults.processes import fleet
from tests.faults.rig import House
from tests.faults.visitors_at_once import Crowd

MAX_PEACE: Final = 0.8
DRAINS_WITHIN: Final = 180.0
# A request is kept at most 2 s after its date, and those kept late 1.1 s after that.
SETTINGS: Final = {"DELIVERY_UNCLEAR_WAIT": "5", "WEB_CONCURRENCY": "2", "LOG_LEVEL": "warning"}


@dataclass(frozen=True, slots=True)
class Report:
    """How a chaos run went: the books, and what had been done to those who keep them."""

    seed: int
    summary: Summary
    tries: int
    injected: Counter[str]

    def __str__(self) -> str:
        books = self.summary
        counts = f"delivered {books.delivered}, failed {books.failed}, held {books.held}"
        lines = [
            f"seed {self.seed}: the books balance; accepted {books.accepted}, {counts}",
            f"visitors sent {self.tries} times; faults injected: {self.injected.total()}",
            *(f"  {count:5} {kind}" for kind, count in sorted(self.injected.items())),
        ]
        return "\n".join(lines)


def run(house: House, seed: int, seconds: float, crash_database: Callable[[Random], None]) -> Report:
    """Make trouble for so many seconds, and balance the books.

    Raises:
        AssertionError: an enquiry was lost or doubled, or something never settled.
    """
    chance = Random(seed)
    with fleet(house, house.env(**SETTINGS)) as ships, Crowd(house, ships, seed) as crowd:
        troubles = Troubles(house, ships, chance, crash_database)
        _make_trouble(troubles, chance, seconds)
        tries = crowd.see_off()
        summary = house.settle(DRAINS_WITHIN)
    return Report(seed, summary, tries, troubles.injected())


def _make_trouble(troubles: Troubles, chance: Random, seconds: float) -> None:
    ends_at = time.monotonic() + seconds
    troubles.begin()
    try:
        while time.monotonic() < ends_at:
            time.sleep(chance.uniform(0, MAX_PEACE))
            troubles.make_one()
    finally:
        troubles.end()
