"""What an attempt means for its delivery: the next state, and when to go on.

Source: platform contract, "What the outcome of a send means".
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from random import Random, SystemRandom
from typing import Final

from webapp.enquiry import DeliveryKind, DeliveryState
from webapp.outbox.breaker import Finding
from webapp.outbox.claim import Claim, Outcome
from webapp.platform.errors import NotAccepted, Paused, PlatformError, Refused

LONGEST_DELAY: Final = 3600.0

WORDS: Final = {
    DeliveryKind.ADD: (
        "Not on the platform yet: looking again before sending again",
        "Not on the platform, and no longer possible there: sending again",
        "It is not on the platform, and each send was unclear",
    ),
    DeliveryKind.UPDATE: (
        "It may have been made, and may still be: waiting before sending the same again",
        "It can no longer be made by the earlier request: sending the same again",
        "Each send was unclear",
    ),
}
"""What a look tells that settles nothing: before the fence, after it, and when time is up."""


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

    def look_again(self, elapsed: float) -> float:
        """Return the seconds before the next look after one that failed: longer, the longer it has lasted."""
        return min(LONGEST_DELAY, max(self.base, elapsed / 2)) * self.random.uniform(0.5, 1)

    def is_over(self, claim: Claim) -> bool:
        """Say whether a delivery has been tried for as long as it may be."""
        return claim.claimed_at - claim.tried_since >= self.give_up_after

    def may_give_up(self, claim: Claim, request_date: datetime) -> bool:
        """Say whether a delivery is over whose request may have arrived without our knowing.

        Not while it may still arrive: it would undo what is sent after it. Twice the fence by our clock is
        past it by the platform's too, as long as ours is right enough for the platform to take a request.
        """
        is_settled = claim.claimed_at - request_date >= timedelta(seconds=2 * self.unclear_wait)
        return is_settled and self.is_over(claim)

    @property
    def days(self) -> str:
        """How long a delivery may be tried, in words."""
        return f"{self.give_up_after / timedelta(days=1):g} days"


def delivered(opportunity_id: int) -> Outcome:
    """Return the outcome of a send that was answered."""
    return Outcome(DeliveryState.DELIVERED, "delivered", Finding.WORKS, opportunity_id=opportunity_id)


def found(opportunity_id: int) -> Outcome:
    """Return the outcome of a look that found the opportunity."""
    return Outcome(DeliveryState.DELIVERED, "delivered", Finding.ANSWERS, opportunity_id=opportunity_id)


def superseded(opportunity_id: int) -> Outcome:
    """Return the outcome of an amendment after which a later one has been delivered."""
    message = "A later change has been delivered, so this one was not sent"
    return Outcome(
        DeliveryState.DELIVERED, "superseded", Finding.NOTHING, opportunity_id=opportunity_id, message=message
    )


def unchanged(claim: Claim) -> Outcome:
    """Return the outcome of an amendment that changes nothing of the opportunity."""
    opportunity_id = claim.amended.opportunity_id if claim.amended else None
    return Outcome(
        DeliveryState.DELIVERED,
        "unchanged",
        Finding.NOTHING,
        opportunity_id=opportunity_id,
        message="It changes nothing of the opportunity, so nothing was sent",
    )


def another(made: int, claim: Claim) -> Outcome:
    """Return the outcome of an amendment that the platform says it made of another opportunity."""
    meant = claim.amended.opportunity_id if claim.amended else None
    message = f"The platform answered that it changed opportunity {made} instead of {meant}: look at both"
    return Outcome(DeliveryState.FAILED, "refused", Finding.WORKS, message=message, http_status=HTTPStatus.OK)


def not_sent(message: str) -> Outcome:
    """Return the outcome of an enquiry that cannot be forwarded until a person has looked."""
    return Outcome(DeliveryState.FAILED, "refused", Finding.NOTHING, message=message)


def after_failed_send(claim: Claim, error: PlatformError, policy: RetryPolicy) -> Outcome:
    """Return what a send means that the platform did not confirm."""
    if isinstance(error, Refused):
        return _outcome(DeliveryState.FAILED, error)
    if isinstance(error, Paused):
        # The breaker says when it may go again.
        return _outcome(DeliveryState.QUEUED, error, again_in=0)
    if isinstance(error, NotAccepted):
        delay = max(policy.delay(claim.attempts), min(error.retry_after or 0, LONGEST_DELAY))
        again = _outcome(DeliveryState.QUEUED, error, again_in=delay)
        return _gave_up(policy, again) if policy.is_over(claim) else again
    return _outcome(DeliveryState.UNCLEAR, error, again_in=0, in_doubt=True)


def after_empty_look(
    claim: Claim, request_date: datetime, platform_time: datetime | None, policy: RetryPolicy
) -> Outcome:
    """Return what a look means that does not settle whether the request arrived.

    An opportunity to add is not on the platform; of an amendment no list tells whether it was made, but the
    same values sent twice are no harm. Only a look begun after the fence proves anything: until then the
    platform may still accept the request.
    The platform goes by its own clock, so where it tells the time both clocks must be past the fence; ours
    may have been put forward since the request was dated.
    """
    waiting, again_now, in_vain = WORDS[claim.kind]
    fence = request_date + timedelta(seconds=policy.unclear_wait)
    now = claim.claimed_at if platform_time is None else min(claim.claimed_at, platform_time)
    if now < fence:
        delay = min((fence - now).total_seconds(), policy.unclear_wait)
        again = _absent(DeliveryState.UNCLEAR, waiting, again_in=delay, in_doubt=True)
        return _gave_up(policy, again) if policy.may_give_up(claim, request_date) else again
    if policy.is_over(claim):
        return _gave_up(policy, _absent(DeliveryState.QUEUED, in_vain))
    return _absent(DeliveryState.QUEUED, again_now, again_in=0)


def after_failed_look(
    claim: Claim, request_date: datetime, error: PlatformError, policy: RetryPolicy
) -> Outcome:
    """Return what a look means that did not come to an answer: nothing, so look again."""
    if isinstance(error, Paused):
        return _outcome(DeliveryState.UNCLEAR, error, again_in=0, in_doubt=True)
    elapsed = max(0.0, (claim.claimed_at - request_date).total_seconds())
    again = _outcome(DeliveryState.UNCLEAR, error, again_in=policy.look_again(elapsed), in_doubt=True)
    if error.http_status == HTTPStatus.OK:
        # It answered; what it listed for this one enquiry made no sense.
        again = replace(again, finding=Finding.NOTHING)
    return _gave_up(policy, again) if policy.may_give_up(claim, request_date) else again


def _absent(
    state: DeliveryState, message: str, *, again_in: float | None = None, in_doubt: bool = False
) -> Outcome:
    return Outcome(state, "absent", Finding.ANSWERS, again_in=again_in, in_doubt=in_doubt, message=message)


def _outcome(
    state: DeliveryState,
    error: PlatformError,
    *,
    again_in: float | None = None,
    in_doubt: bool = False,
) -> Outcome:
    return Outcome(
        state,
        error.outcome,
        _finding(error),
        again_in=again_in,
        in_doubt=in_doubt,
        message=error.message,
        http_status=error.http_status,
        specific_code=error.specific_code,
        charged=not isinstance(error, Paused),
    )


def _gave_up(policy: RetryPolicy, outcome: Outcome) -> Outcome:
    message = f"Gave up after {policy.days}: {outcome.message}"
    return replace(outcome, state=DeliveryState.FAILED, again_in=None, message=message)


def _finding(error: PlatformError) -> Finding:
    if isinstance(error, Paused):
        return Finding.REFUSES_US
    if isinstance(error, Refused):
        # Without a status it was refused before it was sent.
        return Finding.WORKS if error.http_status is not None else Finding.NOTHING
    return Finding.FAILS
