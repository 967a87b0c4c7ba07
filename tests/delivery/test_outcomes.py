"""What an attempt means for its delivery."""

from datetime import datetime, timedelta
from random import Random

import pytest

from tests.support.clock import START, Clock
from tests.support.enquiries import an_enquiry
from webapp.delivery.outcomes import after_empty_lookup, after_failed_lookup, after_failed_send
from webapp.delivery.retry_policy import MAX_DELAY_SECONDS, RetryPolicy
from webapp.enquiry import NEXT_STATES, DeliveryKind, DeliveryState, OutcomeKind
from webapp.outbox.breaker import PlatformHealth
from webapp.outbox.claim import Action, Claim
from webapp.platform.errors import AccountRejected, PermanentlyRefused, PlatformError, Retryable, Unclear

SEED = 20260531
REQUESTED = START
ENQUIRY = an_enquiry(REQUESTED)
POLICY = RetryPolicy(base=5, unclear_wait=330, give_up_after=timedelta(days=14), random=Random(SEED))


def a_claim(clock: Clock, action: Action = Action.SEND, attempts: int = 1) -> Claim:
    return Claim(
        delivery_id=1,
        attempt_id=1,
        lease_token="token",
        reference=ENQUIRY.reference,
        enquiry=ENQUIRY,
        kind=DeliveryKind.ADD,
        action=action,
        claimed_at=clock(),
        request_date=REQUESTED if action is Action.RECONCILE else None,
        first_tried_at=REQUESTED,
        attempts=attempts,
        opportunity_id=None,
        sent=None,
        is_probe=False,
    )


@pytest.mark.parametrize("platform_time", [None, REQUESTED], ids=["unknown", "known"])
def test_nothing_is_given_up_while_a_request_may_still_arrive(
    clock: Clock, platform_time: datetime | None
) -> None:
    clock.advance(14 * 86_400)
    claim, just_now = a_claim(clock, Action.RECONCILE), clock() - timedelta(seconds=329)
    absent = after_empty_lookup(claim, just_now, platform_time, POLICY)
    failed = after_failed_lookup(claim, just_now, Retryable("busy"), POLICY)
    for outcome in (absent, failed):
        assert (outcome.state, outcome.in_doubt) == (DeliveryState.UNCLEAR, True)
        assert outcome.retry_in is not None


@pytest.mark.parametrize(
    ("error", "state", "kind"),
    [
        (Retryable("busy"), DeliveryState.QUEUED, OutcomeKind.NOT_ACCEPTED),
        (AccountRejected("key"), DeliveryState.QUEUED, OutcomeKind.PAUSED),
        (Unclear("lost"), DeliveryState.UNCLEAR, OutcomeKind.UNCLEAR),
        (PermanentlyRefused("no"), DeliveryState.FAILED, OutcomeKind.REFUSED),
    ],
    ids=str,
)
def test_an_error_leads_to_its_state_and_kind(
    error: PlatformError, state: DeliveryState, kind: OutcomeKind, clock: Clock
) -> None:
    outcome = after_failed_send(a_claim(clock), error, POLICY)
    assert (outcome.state, outcome.kind) == (state, kind)
    assert state in NEXT_STATES[DeliveryState.SENDING]
    assert outcome.message == error.message


def test_a_wrong_key_does_not_count_as_an_attempt(clock: Clock) -> None:
    outcome = after_failed_send(a_claim(clock), AccountRejected("key"), POLICY)
    assert not outcome.counts_as_attempt
    assert outcome.health is PlatformHealth.REJECTING_ACCOUNT


@pytest.mark.parametrize("attempts", [1, 2, 5, 9, 11, 1000])
def test_the_delay_is_jittered_below_a_doubling_bound(attempts: int) -> None:
    bound = min(MAX_DELAY_SECONDS, 5 * 2.0 ** (attempts - 1))
    delays = [POLICY.delay(attempts) for _ in range(200)]
    assert 0 <= min(delays) <= max(delays) <= bound
    assert max(delays) > 0.9 * bound, f"seed {SEED}"
    assert min(delays) < 0.1 * bound, f"seed {SEED}"


@pytest.mark.parametrize(
    ("asked", "least", "most"), [(120, 120, 120), (315_360_000, 3600, 3600), (None, 0, 5), (0, 0, 5)]
)
def test_a_retry_after_is_honoured_up_to_an_hour(
    asked: float | None, least: float, most: float, clock: Clock
) -> None:
    outcome = after_failed_send(a_claim(clock), Retryable("busy", retry_after=asked), POLICY)
    assert outcome.retry_in is not None
    assert least <= outcome.retry_in <= most


def test_retrying_ends_after_its_days_and_keeps_the_last_error(clock: Clock) -> None:
    clock.advance(14 * 86_400)
    outcome = after_failed_send(a_claim(clock), Retryable("busy"), POLICY)
    assert (outcome.state, outcome.retry_in, outcome.in_doubt) == (DeliveryState.FAILED, None, False)
    assert outcome.message == "Gave up after 14 days: busy"


def test_an_unclear_send_is_in_doubt_and_looked_up_at_once(clock: Clock) -> None:
    outcome = after_failed_send(a_claim(clock), Unclear("lost"), POLICY)
    assert (outcome.retry_in, outcome.in_doubt) == (0, True)


def test_an_absent_opportunity_is_not_sent_again_before_the_deadline(clock: Clock) -> None:
    clock.advance(300)
    outcome = after_empty_lookup(a_claim(clock, Action.RECONCILE), REQUESTED, None, POLICY)
    assert (outcome.state, outcome.retry_in, outcome.in_doubt) == (DeliveryState.UNCLEAR, 30, True)


def test_an_absent_opportunity_is_sent_again_after_the_deadline(clock: Clock) -> None:
    clock.advance(330)
    outcome = after_empty_lookup(a_claim(clock, Action.RECONCILE), REQUESTED, None, POLICY)
    assert (outcome.state, outcome.retry_in, outcome.in_doubt) == (DeliveryState.QUEUED, 0, False)


def test_a_fast_clock_does_not_bring_the_deadline_forward(
    clock: Clock,
) -> None:
    clock.advance(3600)
    platform_time = REQUESTED + timedelta(seconds=10)
    outcome = after_empty_lookup(a_claim(clock, Action.RECONCILE), REQUESTED, platform_time, POLICY)
    assert (outcome.state, outcome.retry_in) == (DeliveryState.UNCLEAR, 320)


def test_a_slow_clock_keeps_the_deadline_and_the_lookup_interval(
    clock: Clock,
) -> None:
    clock.advance(-3600)
    platform_time = REQUESTED + timedelta(seconds=400)
    outcome = after_empty_lookup(a_claim(clock, Action.RECONCILE), REQUESTED, platform_time, POLICY)
    assert (outcome.state, outcome.retry_in) == (DeliveryState.UNCLEAR, 330)


@pytest.mark.parametrize("error", [Retryable("busy"), Unclear("lost"), PermanentlyRefused("no")])
def test_a_failed_lookup_changes_nothing_and_is_repeated(error: PlatformError, clock: Clock) -> None:
    clock.advance(1000)
    outcome = after_failed_lookup(a_claim(clock, Action.RECONCILE), REQUESTED, error, POLICY)
    assert (outcome.state, outcome.in_doubt) == (DeliveryState.UNCLEAR, True)
    assert outcome.retry_in is not None
    assert 0 < outcome.retry_in <= 500


def test_a_nonsensical_lookup_says_nothing_of_the_platforms_health(clock: Clock) -> None:
    claim = a_claim(clock, Action.RECONCILE)
    nonsensical = after_failed_lookup(claim, REQUESTED, Unclear("no meta", http_status=200), POLICY)
    assert nonsensical.health is PlatformHealth.UNKNOWN
    lost = after_failed_lookup(claim, REQUESTED, Unclear("broke off"), POLICY)
    assert lost.health is PlatformHealth.FAILING


def test_a_lookup_with_a_wrong_key_waits_for_the_breaker(clock: Clock) -> None:
    outcome = after_failed_lookup(a_claim(clock, Action.RECONCILE), REQUESTED, AccountRejected("key"), POLICY)
    assert (outcome.state, outcome.retry_in, outcome.in_doubt) == (DeliveryState.UNCLEAR, 0, True)


def test_lookups_end_after_their_days_and_the_doubt_is_kept(clock: Clock) -> None:
    clock.advance(14 * 86_400)
    outcome = after_failed_lookup(a_claim(clock, Action.RECONCILE), REQUESTED, Retryable("busy"), POLICY)
    assert (outcome.state, outcome.in_doubt) == (DeliveryState.FAILED, True)


def test_resending_after_the_deadline_ends_after_its_days(clock: Clock) -> None:
    clock.advance(14 * 86_400)
    outcome = after_empty_lookup(a_claim(clock, Action.RECONCILE), REQUESTED, None, POLICY)
    assert (outcome.state, outcome.in_doubt) == (DeliveryState.FAILED, False)
    assert outcome.message is not None
    assert outcome.message.startswith("Gave up after 14 days")


def test_lookups_end_even_when_the_platforms_clock_stands_still(clock: Clock) -> None:
    clock.advance(14 * 86_400)
    outcome = after_empty_lookup(a_claim(clock, Action.RECONCILE), REQUESTED, REQUESTED, POLICY)
    assert (outcome.state, outcome.in_doubt) == (DeliveryState.FAILED, True)


@pytest.mark.parametrize(
    ("error", "health"),
    [
        (Retryable("busy"), PlatformHealth.FAILING),
        (Unclear("lost"), PlatformHealth.FAILING),
        (AccountRejected("key"), PlatformHealth.REJECTING_ACCOUNT),
        (PermanentlyRefused("no", http_status=400), PlatformHealth.WORKING),
        (PermanentlyRefused("not even sent"), PlatformHealth.UNKNOWN),
    ],
    ids=str,
)
def test_an_error_shows_the_platforms_health(
    error: PlatformError, health: PlatformHealth, clock: Clock
) -> None:
    assert after_failed_send(a_claim(clock), error, POLICY).health is health
