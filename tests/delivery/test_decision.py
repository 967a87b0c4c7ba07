"""What an attempt means for its delivery."""

from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Any, cast

import pytest

from tests.conftest import Clock
from webapp.delivery.decision import (
    LONGEST_DELAY,
    RetryPolicy,
    after_empty_look,
    after_failed_look,
    after_failed_send,
)
from webapp.enquiry import NEXT_STATES, DeliveryKind, DeliveryState
from webapp.outbox.queue import Action, Claim
from webapp.platform.errors import NotAccepted, Paused, PlatformError, Refused, Unclear

SEED = 20260531
POLICY = RetryPolicy(base=5, unclear_wait=330, give_up_after=timedelta(days=14), random=Random(SEED))


def a_claim(clock: Clock, action: Action = Action.SEND, attempts: int = 1) -> Claim:
    return Claim(
        delivery_id=1,
        attempt_id=1,
        lease="lease",
        kind=DeliveryKind.ADD,
        state=DeliveryState.SENDING if action is Action.SEND else DeliveryState.UNCLEAR,
        action=action,
        request_date=clock(),
        queued_at=clock(),
        attempts=attempts,
        opportunity_id=None,
        stored=cast("Any", MappingProxyType({})),
    )


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (NotAccepted("busy"), DeliveryState.QUEUED),
        (Paused("key"), DeliveryState.QUEUED),
        (Unclear("lost"), DeliveryState.UNCLEAR),
        (Refused("no"), DeliveryState.FAILED),
    ],
    ids=lambda value: getattr(value, "outcome", value),
)
def test_each_error_leads_to_its_state(error: PlatformError, state: DeliveryState, clock: Clock) -> None:
    outcome = after_failed_send(a_claim(clock), error, clock(), POLICY)
    assert outcome.state is state
    assert state in NEXT_STATES[DeliveryState.SENDING]
    assert outcome.message == error.message


def test_a_wrong_key_charges_the_enquiry_no_attempt(clock: Clock) -> None:
    outcome = after_failed_send(a_claim(clock), Paused("key"), clock(), POLICY)
    assert not outcome.charged
    assert outcome.due_at is not None
    assert clock() < outcome.due_at <= clock() + timedelta(seconds=60)


@pytest.mark.parametrize("attempts", [1, 2, 5, 9, 11, 1000])
def test_the_delay_is_jittered_below_a_doubling_bound_of_at_most_an_hour(attempts: int) -> None:
    bound = min(LONGEST_DELAY, 5 * 2.0 ** (attempts - 1))
    delays = [POLICY.delay(attempts) for _ in range(200)]
    assert 0 <= min(delays) <= max(delays) <= bound
    assert max(delays) > 0.9 * bound, f"seed {SEED}"
    assert min(delays) < 0.1 * bound, f"seed {SEED}"


@pytest.mark.parametrize(
    ("asked", "least", "most"), [(120, 120, 120), (315_360_000, 3600, 3600), (None, 0, 5), (0, 0, 5)]
)
def test_a_wait_that_the_platform_asks_for_is_honoured_up_to_an_hour(
    asked: float | None, least: float, most: float, clock: Clock
) -> None:
    outcome = after_failed_send(a_claim(clock), NotAccepted("busy", retry_after=asked), clock(), POLICY)
    assert outcome.due_at is not None
    assert least <= (outcome.due_at - clock()).total_seconds() <= most


def test_retrying_ends_after_its_days_with_the_last_words_kept(clock: Clock) -> None:
    claim = a_claim(clock)
    clock.advance(14 * 86_400)
    outcome = after_failed_send(claim, NotAccepted("busy"), clock(), POLICY)
    assert outcome.state is DeliveryState.FAILED
    assert outcome.message == "Gave up after 14 days: busy"


def test_an_unclear_send_is_looked_for_at_once(clock: Clock) -> None:
    assert after_failed_send(a_claim(clock), Unclear("lost"), clock(), POLICY).due_at == clock()


def test_an_absent_opportunity_is_not_sent_again_before_the_fence(clock: Clock) -> None:
    claim = a_claim(clock, Action.LOOK)
    clock.advance(329)
    outcome = after_empty_look(claim, clock(), POLICY)
    assert outcome.state is DeliveryState.UNCLEAR
    assert outcome.due_at == claim.request_date + timedelta(seconds=330)


def test_an_absent_opportunity_is_sent_again_after_the_fence(clock: Clock) -> None:
    claim = a_claim(clock, Action.LOOK)
    clock.advance(330)
    outcome = after_empty_look(claim, clock(), POLICY)
    assert (outcome.state, outcome.due_at) == (DeliveryState.QUEUED, clock())
    assert outcome.state in NEXT_STATES[DeliveryState.UNCLEAR]


@pytest.mark.parametrize("error", [NotAccepted("busy"), Unclear("lost"), Paused("key"), Refused("no")])
def test_a_look_that_fails_changes_nothing_and_is_tried_again(error: PlatformError, clock: Clock) -> None:
    claim = a_claim(clock, Action.LOOK)
    clock.advance(1000)
    outcome = after_failed_look(claim, error, clock(), POLICY)
    assert outcome.state is DeliveryState.UNCLEAR
    assert clock() < cast("datetime", outcome.due_at) <= clock() + timedelta(seconds=500)


def test_looking_ends_after_its_days(clock: Clock) -> None:
    claim = a_claim(clock, Action.LOOK)
    clock.advance(14 * 86_400)
    assert after_failed_look(claim, NotAccepted("busy"), clock(), POLICY).state is DeliveryState.FAILED


def test_sending_again_after_the_fence_ends_after_its_days(clock: Clock) -> None:
    claim = a_claim(clock, Action.LOOK)
    clock.advance(14 * 86_400)
    outcome = after_empty_look(claim, clock(), POLICY)
    assert outcome.state is DeliveryState.FAILED
    assert outcome.message is not None
    assert outcome.message.startswith("Gave up after 14 days")
