"""How long to wait before something is tried again, and how often to say so."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Final

SHORTEST: Final = 1.0
LONGEST: Final = 30.0
TELL_AGAIN: Final = 300.0


@dataclass
class Patience:
    """Waits that double from one to thirty seconds, each of them between its half and its whole by chance.

    ``told_at`` is when it was last said that something is waited for, by any clock.
    """

    chance: random.Random = field(default_factory=random.Random)
    failures: int = 0
    told_at: float | None = None

    def wait(self) -> float:
        """Return the seconds to wait after another failure."""
        # The exponent is bounded so that years of failures do not make a number too large to be one.
        whole = min(LONGEST, SHORTEST * 2.0 ** min(self.failures, 10))
        self.failures += 1
        return whole * self.chance.uniform(0.5, 1.0)

    def is_to_be_told(self, now: float) -> bool:
        """Say whether it is time to say again that something is waited for: at once, and then rarely."""
        if self.told_at is not None and now - self.told_at < TELL_AGAIN:
            return False
        self.told_at = now
        return True
