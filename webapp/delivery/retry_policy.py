"""When a delivery is tried again, and when trying ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import Final

from webapp.outbox.claim import Claim

MAX_DELAY_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When to try again.

    ``base`` (seconds) doubles with every attempt. ``unclear_wait`` (seconds) is the time from the date of a
    request to its acceptance deadline, after which the platform can no longer accept it. ``give_up_after``
    ends the retrying.
    """

    base: float
    unclear_wait: float
    give_up_after: timedelta
    random: Random = field(default_factory=SystemRandom)

    def delay(self, attempts: int) -> float:
        """Return the seconds before the next attempt: exponential with full jitter, at most an hour."""
        return self.random.uniform(0, min(MAX_DELAY_SECONDS, self.base * 2.0 ** min(attempts - 1, 30)))

    def lookup_delay(self, elapsed: float) -> float:
        """Return the seconds before the next lookup after one that failed.

        It grows with the seconds that have elapsed since the request, up to an hour.
        """
        return min(MAX_DELAY_SECONDS, max(self.base, elapsed / 2)) * self.random.uniform(0.5, 1)

    def acceptance_deadline(self, request_date: datetime) -> datetime:
        """Return when the platform can no longer accept a request with this date."""
        return request_date + timedelta(seconds=self.unclear_wait)

    def is_over(self, claim: Claim) -> bool:
        """Say whether a delivery has been tried for as long as it may be."""
        return claim.claimed_at - claim.first_tried_at >= self.give_up_after

    def may_give_up(self, claim: Claim, request_date: datetime) -> bool:
        """Say whether to give up a delivery of which nobody knows whether its request arrived.

        Never while the request may still arrive: it would undo what is sent after it. By twice the wait on
        our clock the deadline has passed on the platform's too, if the two are close enough for it to have
        taken the request.
        """
        is_settled = claim.claimed_at - request_date >= timedelta(seconds=2 * self.unclear_wait)
        return is_settled and self.is_over(claim)

    @property
    def days(self) -> str:
        """How long a delivery may be tried, as in "14 days"."""
        return f"{self.give_up_after / timedelta(days=1):g} days"
