"""Decides what an attempt means for its delivery: the next state, and when to try again.

Source: platform contract, "What the outcome of a send means".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final

from webapp.delivery.retry_policy import MAX_DELAY_SECONDS, RetryPolicy
from webapp.enquiry import DeliveryKind, DeliveryState, OutcomeKind
from webapp.outbox.breaker import PlatformHealth
from webapp.outbox.claim import Claim, Outcome
from webapp.platform.errors import AccountRejected, PermanentlyRefused, PlatformError, Retryable


@dataclass(frozen=True, slots=True)
class _EmptyLookupMessages:
    """What a lookup that found nothing means, before and after the acceptance deadline."""

    before_deadline: str
    after_deadline: str
    given_up: str


_EMPTY_LOOKUP: Final = {
    DeliveryKind.ADD: _EmptyLookupMessages(
        before_deadline="Not on the platform yet: checking again before sending again",
        after_deadline="Not on the platform, and too late to arrive there: sending again",
        given_up="It is not on the platform, and each send was unclear",
    ),
    DeliveryKind.UPDATE: _EmptyLookupMessages(
        before_deadline="The change may have arrived, or still arrive: waiting before sending it again",
        after_deadline="The earlier request can no longer arrive: sending the change again",
        given_up="Each send was unclear",
    ),
}


def delivered(opportunity_id: int) -> Outcome:
    """Return the outcome of a send that the platform confirmed."""
    return Outcome(
        DeliveryState.DELIVERED,
        OutcomeKind.DELIVERED,
        PlatformHealth.WORKING,
        opportunity_id=opportunity_id,
    )


def found(opportunity_id: int) -> Outcome:
    """Return the outcome of a lookup that found the opportunity."""
    return Outcome(
        DeliveryState.DELIVERED,
        OutcomeKind.DELIVERED,
        PlatformHealth.REACHABLE,
        opportunity_id=opportunity_id,
    )


def superseded(opportunity_id: int) -> Outcome:
    """Return the outcome of an amendment after which a later one has been delivered."""
    message = "A later change has been delivered, so this one was not sent"
    return Outcome(
        DeliveryState.DELIVERED,
        OutcomeKind.SUPERSEDED,
        PlatformHealth.UNKNOWN,
        opportunity_id=opportunity_id,
        message=message,
    )


def unchanged(claim: Claim) -> Outcome:
    """Return the outcome of an amendment that changes nothing about the opportunity."""
    return Outcome(
        DeliveryState.DELIVERED,
        OutcomeKind.UNCHANGED,
        PlatformHealth.UNKNOWN,
        opportunity_id=_amended_opportunity(claim),
        message="It changes nothing about the opportunity, so nothing was sent",
    )


def wrong_opportunity(answered: int, claim: Claim) -> Outcome:
    """Return the outcome of an update that the platform says it made to another opportunity."""
    meant = _amended_opportunity(claim)
    message = f"The platform answered that it changed opportunity {answered} instead of {meant}: look at both"
    return Outcome(
        DeliveryState.FAILED,
        OutcomeKind.REFUSED,
        PlatformHealth.WORKING,
        message=message,
        http_status=HTTPStatus.OK,
    )


def unmappable(message: str) -> Outcome:
    """Return the outcome of an enquiry that cannot be sent until a person steps in."""
    return Outcome(DeliveryState.FAILED, OutcomeKind.REFUSED, PlatformHealth.UNKNOWN, message=message)


def unreconcilable(message: str) -> Outcome:
    """Return the outcome of a request in doubt that cannot be looked up until a person steps in."""
    return replace(unmappable(message), in_doubt=True)


def after_failed_send(claim: Claim, error: PlatformError, policy: RetryPolicy) -> Outcome:
    """Return the outcome of a send that the platform did not confirm."""
    if isinstance(error, PermanentlyRefused):
        return _outcome(DeliveryState.FAILED, error)
    if isinstance(error, AccountRejected):
        # The breaker says when it may go again.
        return _outcome(DeliveryState.QUEUED, error, retry_in=0)
    if isinstance(error, Retryable):
        delay = max(policy.delay(claim.attempts), min(error.retry_after or 0, MAX_DELAY_SECONDS))
        again = _outcome(DeliveryState.QUEUED, error, retry_in=delay)
        return _gave_up(policy, again) if policy.is_over(claim) else again
    return _outcome(DeliveryState.UNCLEAR, error, retry_in=0, in_doubt=True)


def after_empty_lookup(
    claim: Claim, request_date: datetime, platform_time: datetime | None, policy: RetryPolicy
) -> Outcome:
    """Return the outcome of a lookup that does not show the request.

    An addition is not on the platform. No list shows whether an update was made, but sending the same values
    twice does no harm. Only a lookup that began after the acceptance deadline proves anything: until then the
    platform may still accept the request. The platform goes by its own clock. Where it tells the time, both
    clocks must be past the deadline, as ours may have been set forward since the request was dated.
    """
    messages = _EMPTY_LOOKUP[claim.kind]
    acceptance_deadline = policy.acceptance_deadline(request_date)
    now = claim.claimed_at if platform_time is None else min(claim.claimed_at, platform_time)
    if now < acceptance_deadline:
        delay = min((acceptance_deadline - now).total_seconds(), policy.unclear_wait)
        again = _absent(DeliveryState.UNCLEAR, messages.before_deadline, retry_in=delay, in_doubt=True)
        return _gave_up(policy, again) if policy.may_give_up(claim, request_date) else again
    if policy.is_over(claim):
        return _gave_up(policy, _absent(DeliveryState.QUEUED, messages.given_up))
    return _absent(DeliveryState.QUEUED, messages.after_deadline, retry_in=0)


def after_failed_lookup(
    claim: Claim, request_date: datetime, error: PlatformError, policy: RetryPolicy
) -> Outcome:
    """Return the outcome of a lookup without a usable answer: it proves nothing, so look again."""
    if isinstance(error, AccountRejected):
        return _outcome(DeliveryState.UNCLEAR, error, retry_in=0, in_doubt=True)
    elapsed = max(0.0, (claim.claimed_at - request_date).total_seconds())
    again = _outcome(DeliveryState.UNCLEAR, error, retry_in=policy.lookup_delay(elapsed), in_doubt=True)
    if error.http_status == HTTPStatus.OK:
        # The platform works, but its list makes no sense for this one enquiry.
        again = replace(again, health=PlatformHealth.UNKNOWN)
    return _gave_up(policy, again) if policy.may_give_up(claim, request_date) else again


def _absent(
    state: DeliveryState, message: str, *, retry_in: float | None = None, in_doubt: bool = False
) -> Outcome:
    return Outcome(
        state,
        OutcomeKind.ABSENT,
        PlatformHealth.REACHABLE,
        retry_in=retry_in,
        in_doubt=in_doubt,
        message=message,
    )


def _outcome(
    state: DeliveryState,
    error: PlatformError,
    *,
    retry_in: float | None = None,
    in_doubt: bool = False,
) -> Outcome:
    return Outcome(
        state,
        _kind(error),
        _health(error),
        retry_in=retry_in,
        in_doubt=in_doubt,
        message=error.message,
        http_status=error.http_status,
        specific_code=error.specific_code,
        counts_as_attempt=not isinstance(error, AccountRejected),
    )


def _gave_up(policy: RetryPolicy, outcome: Outcome) -> Outcome:
    message = f"Gave up after {policy.days}: {outcome.message}"
    return replace(outcome, state=DeliveryState.FAILED, retry_in=None, message=message)


def _amended_opportunity(claim: Claim) -> int | None:
    return claim.amendment_base.opportunity_id if claim.amendment_base else None


def _kind(error: PlatformError) -> OutcomeKind:
    if isinstance(error, PermanentlyRefused):
        return OutcomeKind.REFUSED
    if isinstance(error, AccountRejected):
        return OutcomeKind.PAUSED
    return OutcomeKind.NOT_ACCEPTED if isinstance(error, Retryable) else OutcomeKind.UNCLEAR


def _health(error: PlatformError) -> PlatformHealth:
    if isinstance(error, AccountRejected):
        return PlatformHealth.REJECTING_ACCOUNT
    if isinstance(error, PermanentlyRefused):
        # Without a status the request never left.
        return PlatformHealth.WORKING if error.http_status is not None else PlatformHealth.UNKNOWN
    return PlatformHealth.FAILING
