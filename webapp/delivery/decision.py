"""What an attempt means for its delivery: the next state, and when to go on.

Source: platform contract, "What the outcome of a send means".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import Final

from webapp.enquiry import DeliveryState
from webapp.outbox.queue import Claim, Outcome
from webapp.platform.errors import NotAccepted, Paused, PlatformError, Refused

LONGEST_DELAY: Final = 3600.0
LONGEST_PAUSE: Final = 60.0


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When to try again.

    ``base`` (seconds) doubles with each attempt; ``unclear_wait`` (seconds) is the fence after which the
    platform can no longer accept an earlier request; ``give_up_after`` ends the retrying.
    """

    base: float
    unclear_wait: float
    give_up_after: timedelta
    random: Random = field(default_factory=SystemRandom)

    def delay(self, attempts: int) -> float:
        """Return the seconds before the next attempt: exponential with full jitter, at most an hour."""
        return self.random.uniform(0, min(LONGEST_DELAY, self.base * 2.0 ** min(attempts - 1, 30)))

    def pause(self) -> float:
        """Return the seconds before the next attempt while our key or clock is wrong."""
        return min(LONGEST_PAUSE, self.base * self.random.uniform(2, 4))

    def look_again(self, elapsed: float) -> float:
        """Return the seconds before the next look after one that failed: longer, the longer it has lasted."""
        return min(LONGEST_DELAY, max(self.base, elapsed / 2)) * self.random.uniform(0.5, 1)


def delivered(opportunity_id: int) -> Outcome:
    """Return the outcome of a send that was answered, or of a look that found the opportunity."""
    return Outcome(DeliveryState.DELIVERED, "delivered", opportunity_id=opportunity_id)


def failed(message: str) -> Outcome:
    """Return the outcome of an enquiry that cannot be forwarded until a person has looked."""
    return Outcome(DeliveryState.FAILED, "refused", message=message)


def after_failed_send(claim: Claim, error: PlatformError, now: datetime, policy: RetryPolicy) -> Outcome:
    """Return what a send means that the platform did not confirm."""
    if isinstance(error, Refused):
        return _outcome(DeliveryState.FAILED, error)
    if isinstance(error, Paused):
        pause = timedelta(seconds=policy.pause())
        return _outcome(DeliveryState.QUEUED, error, due_at=now + pause, charged=False)
    if isinstance(error, NotAccepted):
        if now - claim.queued_at >= policy.give_up_after:
            return _gave_up(error, policy)
        delay = max(policy.delay(claim.attempts), min(error.retry_after or 0, LONGEST_DELAY))
        return _outcome(DeliveryState.QUEUED, error, due_at=now + timedelta(seconds=delay))
    return _outcome(DeliveryState.UNCLEAR, error, due_at=now)


def after_empty_look(claim: Claim, now: datetime, policy: RetryPolicy) -> Outcome:
    """Return what it means that the opportunity is not on the platform.

    Only a look begun after the fence proves anything: until then the platform may still accept the request.
    """
    fence = claim.request_date + timedelta(seconds=policy.unclear_wait)
    if now >= fence and now - claim.queued_at >= policy.give_up_after:
        days = policy.give_up_after / timedelta(days=1)
        message = f"Gave up after {days:g} days: it is not on the platform, and each send was unclear"
        return Outcome(DeliveryState.FAILED, "absent", message=message)
    if now >= fence:
        message = "Not on the platform, and no longer possible there: sending again"
        return Outcome(DeliveryState.QUEUED, "absent", due_at=now, message=message)
    message = "Not on the platform yet: looking again before sending again"
    again = min(fence, now + timedelta(seconds=policy.unclear_wait))
    return Outcome(DeliveryState.UNCLEAR, "absent", due_at=again, message=message)


def after_failed_look(claim: Claim, error: PlatformError, now: datetime, policy: RetryPolicy) -> Outcome:
    """Return what a look means that did not come to an answer: nothing, so look again."""
    if now - claim.queued_at >= policy.give_up_after and not isinstance(error, Paused):
        return _gave_up(error, policy)
    elapsed = max(0.0, (now - claim.request_date).total_seconds())
    again = now + timedelta(seconds=policy.look_again(elapsed))
    return _outcome(DeliveryState.UNCLEAR, error, due_at=again)


def _gave_up(error: PlatformError, policy: RetryPolicy) -> Outcome:
    days = policy.give_up_after / timedelta(days=1)
    return _outcome(DeliveryState.FAILED, error, message=f"Gave up after {days:g} days: {error.message}")


def _outcome(
    state: DeliveryState,
    error: PlatformError,
    *,
    due_at: datetime | None = None,
    message: str | None = None,
    charged: bool = True,
) -> Outcome:
    return Outcome(
        state,
        error.outcome,
        due_at=due_at,
        message=message or error.message,
        http_status=error.http_status,
        specific_code=error.specific_code,
        charged=charged,
    )
