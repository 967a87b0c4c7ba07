"""How long to wait before something is tried again, and how often to say so."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Final

MIN_WAIT: Final = 1.0
MAX_WAIT: Final = 30.0
REPORT_INTERVAL: Final = 300.0


@dataclass
class Backoff:
    """Waits that double from one second to thirty; each is shortened at random, to a half at most.

    ``reported_at`` is when the waiting was last reported, by any clock.
    """

    chance: random.Random = field(default_factory=random.Random)
    failures: int = 0
    reported_at: float | None = None

    def wait(self) -> float:
        """Return the seconds to wait after another failure."""
        # The exponent has a bound, or years of failures would overflow a float.
        longest = min(MAX_WAIT, MIN_WAIT * 2.0 ** min(self.failures, 10))
        self.failures += 1
        return longest * self.chance.uniform(0.5, 1.0)

    def should_report(self, now: float) -> bool:
        """Say whether to report the waiting now: the first time, and then every five minutes."""
        if self.reported_at is not None and now - self.reported_at < REPORT_INTERVAL:
            return False
        self.reported_at = now
        return True
