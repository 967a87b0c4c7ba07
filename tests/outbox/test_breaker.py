"""The breaker: when it opens, how it probes, how it lets the backlog drain."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.conftest import Clock
from tests.support.enquiries import LEASE, accept, delivered, queue_of, revoked
from webapp.outbox.breaker import (
    FAILURE_THRESHOLD,
    MAX_PROBE_DELAY_SECONDS,
    AttemptResult,
    Breaker,
    BreakerPolicy,
    Permit,
    PlatformHealth,
)
from webapp.outbox.claim import LeaseLostError
from webapp.outbox.database import Database
from webapp.outbox.queries import DeliveryQueries

NOW = Clock().moment
POLICY = BreakerPolicy(base=5, lease=LEASE)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def after(breaker: Breaker, health: PlatformHealth, when: float = 0, *, is_probe: bool = False) -> Breaker:
    return POLICY.after_attempt(breaker, AttemptResult(health, "why", at(when), is_probe), at(when))


OPEN = after(Breaker(), PlatformHealth.REJECTING_ACCOUNT)
RAMPING_UP = after(OPEN, PlatformHealth.WORKING, 5, is_probe=True)


def test_closed_it_lets_everything_go() -> None:
    assert POLICY.permit(Breaker(), 8, NOW) == Permit(8)


def test_a_wrong_key_opens_it_at_once_with_the_words() -> None:
    assert (OPEN.opened_at, OPEN.reason) == (NOW, "why")
    assert POLICY.permit(OPEN, 8, NOW).limit == 0


def test_a_run_of_failures_opens_it_and_a_shorter_one_does_not() -> None:
    breaker = Breaker()
    for _ in range(FAILURE_THRESHOLD - 1):
        breaker = after(breaker, PlatformHealth.FAILING)
    assert breaker.is_closed
    assert not after(breaker, PlatformHealth.FAILING).is_closed


def test_a_send_that_works_ends_the_run_and_a_look_that_is_answered_does_not() -> None:
    failing = replace(Breaker(), failures=FAILURE_THRESHOLD - 1)
    assert after(failing, PlatformHealth.WORKING).failures == 0
    assert after(failing, PlatformHealth.REACHABLE).failures == FAILURE_THRESHOLD - 1
    assert after(failing, PlatformHealth.UNKNOWN).failures == FAILURE_THRESHOLD - 1


def test_open_it_lets_one_probe_go_and_no_second_until_the_first_has_an_outcome() -> None:
    permit = POLICY.permit(OPEN, 8, at(5))
    assert permit == Permit(1, is_probe=True)
    probing = POLICY.after_claim(OPEN, permit, 1, at(5))
    assert POLICY.permit(probing, 8, at(5 + LEASE - 1)).limit == 0


def test_a_probe_that_never_came_back_is_replaced_when_its_lease_is_over() -> None:
    probing = POLICY.after_claim(OPEN, Permit(1, is_probe=True), 1, at(5))
    assert POLICY.permit(probing, 8, at(5 + LEASE)).limit == 1


def test_a_probe_that_found_nothing_to_claim_is_not_used_up() -> None:
    assert POLICY.after_claim(OPEN, Permit(1, is_probe=True), 0, at(5)) == OPEN


def test_a_probe_that_told_nothing_is_followed_by_another_at_once() -> None:
    assert POLICY.permit(after(OPEN, PlatformHealth.UNKNOWN, 7, is_probe=True), 8, at(7)).limit == 1


def test_probes_are_twice_as_far_apart_each_time_and_at_most_a_minute() -> None:
    breaker, when, delays = OPEN, 0.0, []
    for _ in range(7):
        assert breaker.probe_at is not None
        delays.append((breaker.probe_at - at(when)).total_seconds())
        when += delays[-1]
        breaker = after(breaker, PlatformHealth.FAILING, when, is_probe=True)
        assert breaker.opened_at == NOW
    assert delays == [5, 10, 20, 40, 60, 60, MAX_PROBE_DELAY_SECONDS]


@pytest.mark.parametrize("health", list(PlatformHealth))
def test_what_was_sent_before_it_opened_changes_nothing(health: PlatformHealth) -> None:
    assert after(OPEN, health, 1) == OPEN


@pytest.mark.parametrize("health", [PlatformHealth.WORKING, PlatformHealth.REACHABLE])
def test_a_probe_that_is_answered_begins_a_drain_of_one(health: PlatformHealth) -> None:
    ramping_up = after(OPEN, health, 5, is_probe=True)
    assert ramping_up.opened_at is None
    assert POLICY.permit(ramping_up, 8, at(5)) == Permit(1)


def test_a_drain_lets_twice_as_many_go_with_each_interval() -> None:
    breaker, gone = RAMPING_UP, []
    for interval in range(6):
        now = at(5 + 5 * interval)
        permit = POLICY.permit(breaker, 1000, now)
        gone.append(permit.limit)
        breaker = POLICY.after_claim(breaker, permit, permit.limit, now)
    assert gone == [1, 1, 2, 4, 8, 16]


def test_a_drain_that_was_borne_ends_in_a_closed_breaker() -> None:
    later = at(5 + 10 * 5)
    permit = POLICY.permit(RAMPING_UP, 8, later)
    assert permit == Permit(8)
    assert POLICY.after_claim(RAMPING_UP, permit, 8, later) == Breaker()


def test_a_run_of_failures_in_a_drain_opens_it_again_and_probes_come_later_than_before() -> None:
    breaker = RAMPING_UP
    for _ in range(FAILURE_THRESHOLD):
        assert breaker.opened_at is None
        breaker = after(breaker, PlatformHealth.FAILING, 6)
    assert breaker.opened_at == at(6)
    assert breaker.probe_at == at(6 + 10)


def test_a_platform_that_fails_now_and_then_does_not_hold_up_a_drain() -> None:
    breaker = RAMPING_UP
    for _ in range(10):
        for _ in range(FAILURE_THRESHOLD - 1):
            breaker = after(breaker, PlatformHealth.FAILING, 6)
        breaker = after(breaker, PlatformHealth.WORKING, 6)
    assert breaker.opened_at is None


def test_a_key_that_is_refused_in_a_drain_opens_it_at_once() -> None:
    assert after(RAMPING_UP, PlatformHealth.REJECTING_ACCOUNT, 6).opened_at == at(6)


def test_a_failure_of_a_send_that_began_before_the_drain_does_not_end_it() -> None:
    old_news = AttemptResult(PlatformHealth.FAILING, "why", at(4), is_probe=False)
    assert POLICY.after_attempt(RAMPING_UP, old_news, at(6)) == RAMPING_UP


def test_a_clock_that_was_put_back_holds_up_neither_the_probe_nor_the_drain() -> None:
    assert POLICY.permit(OPEN, 8, at(-3600)).limit == 1
    assert POLICY.permit(RAMPING_UP, 8, at(-3600)).limit == 8


# In the database, shared by all workers


def accept_many(database: Database, clock: Clock, count: int) -> list[str]:
    return [accept(database, clock()) for _ in range(count)]


def test_what_one_worker_finds_out_stops_every_worker(database: Database, clock: Clock) -> None:
    accept_many(database, clock, 10)
    here, there = queue_of(database), queue_of(database)
    (claim,) = here.claim(1)
    here.record(claim, revoked())
    assert not there.has_due()
    assert there.claim(8) == []
    clock.advance(5)
    (probe,) = there.claim(8)
    assert probe.is_probe
    assert not here.has_due()
    there.record(probe, delivered())
    assert [len(here.claim(8)), len(there.claim(8))] == [1, 0]
    clock.advance(10)
    assert len(there.claim(8)) == 3


def test_a_probe_that_lost_its_lease_tells_the_breaker_nothing(database: Database, clock: Clock) -> None:
    accept(database, clock())
    here, there = queue_of(database), queue_of(database)
    here.record(here.claim(1)[0], revoked())
    clock.advance(5)
    (slept,) = here.claim(1)
    clock.advance(LEASE)
    (probe,) = there.claim(1)
    with pytest.raises(LeaseLostError):
        here.record(slept, delivered())
    assert DeliveryQueries(database).pause() is not None
    there.record(probe, delivered())
    assert DeliveryQueries(database).pause() is None


def test_fresh_enquiries_are_not_starved_behind_a_backlog(database: Database, clock: Clock) -> None:
    backlog = set(accept_many(database, clock, 40))
    queue = queue_of(database)
    for _ in range(10):
        clock.advance(1)
        fresh = accept(database, clock())
        claimed = [claim.reference for claim in (*queue.claim(1), *queue.claim(1))]
        assert fresh in claimed
        assert len(backlog.intersection(claimed)) == 1
