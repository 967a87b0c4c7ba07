"""The breaker: when it opens, how it probes, how it ramps up again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.support.clock import START, Clock
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

NOW = START
POLICY = BreakerPolicy(base=5, lease=LEASE)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def after(breaker: Breaker, health: PlatformHealth, when: float = 0, *, is_probe: bool = False) -> Breaker:
    return POLICY.after_attempt(breaker, AttemptResult(health, "why", at(when), is_probe), at(when))


OPEN = after(Breaker(), PlatformHealth.REJECTING_ACCOUNT)
RAMPING_UP = after(OPEN, PlatformHealth.WORKING, 5, is_probe=True)


def test_a_closed_breaker_lets_everything_through() -> None:
    assert POLICY.permit(Breaker(), 8, NOW) == Permit(8)


def test_a_wrong_key_opens_it_at_once_with_a_reason() -> None:
    assert (OPEN.opened_at, OPEN.reason) == (NOW, "why")
    assert POLICY.permit(OPEN, 8, NOW).limit == 0


def test_only_a_full_run_of_failures_opens_it() -> None:
    breaker = Breaker()
    for _ in range(FAILURE_THRESHOLD - 1):
        breaker = after(breaker, PlatformHealth.FAILING)
    assert breaker.is_closed
    assert not after(breaker, PlatformHealth.FAILING).is_closed


def test_a_successful_send_ends_the_run_and_a_lookup_does_not() -> None:
    failing = replace(Breaker(), failures=FAILURE_THRESHOLD - 1)
    assert after(failing, PlatformHealth.WORKING).failures == 0
    assert after(failing, PlatformHealth.REACHABLE).failures == FAILURE_THRESHOLD - 1
    assert after(failing, PlatformHealth.UNKNOWN).failures == FAILURE_THRESHOLD - 1


def test_an_open_breaker_lets_one_probe_through_at_a_time() -> None:
    permit = POLICY.permit(OPEN, 8, at(5))
    assert permit == Permit(1, is_probe=True)
    probing = POLICY.after_claim(OPEN, permit, 1, at(5))
    assert POLICY.permit(probing, 8, at(5 + LEASE - 1)).limit == 0


def test_a_lost_probe_is_replaced_when_its_lease_expires() -> None:
    probing = POLICY.after_claim(OPEN, Permit(1, is_probe=True), 1, at(5))
    assert POLICY.permit(probing, 8, at(5 + LEASE)).limit == 1


def test_a_probe_that_found_nothing_to_claim_is_not_used_up() -> None:
    assert POLICY.after_claim(OPEN, Permit(1, is_probe=True), 0, at(5)) == OPEN


def test_an_inconclusive_probe_is_followed_by_another_at_once() -> None:
    assert POLICY.permit(after(OPEN, PlatformHealth.UNKNOWN, 7, is_probe=True), 8, at(7)).limit == 1


def test_the_probe_interval_doubles_up_to_a_minute() -> None:
    breaker, when, delays = OPEN, 0.0, []
    for _ in range(7):
        assert breaker.probe_at is not None
        delays.append((breaker.probe_at - at(when)).total_seconds())
        when += delays[-1]
        breaker = after(breaker, PlatformHealth.FAILING, when, is_probe=True)
        assert breaker.opened_at == NOW
    assert delays == [5, 10, 20, 40, 60, 60, MAX_PROBE_DELAY_SECONDS]


@pytest.mark.parametrize("health", list(PlatformHealth))
def test_a_send_begun_before_it_opened_changes_nothing(health: PlatformHealth) -> None:
    assert after(OPEN, health, 1) == OPEN


@pytest.mark.parametrize("health", [PlatformHealth.WORKING, PlatformHealth.REACHABLE])
def test_an_answered_probe_starts_the_ramp_up_at_one(health: PlatformHealth) -> None:
    ramping_up = after(OPEN, health, 5, is_probe=True)
    assert ramping_up.opened_at is None
    assert POLICY.permit(ramping_up, 8, at(5)) == Permit(1)


def test_the_ramp_up_doubles_with_each_interval() -> None:
    breaker, limits = RAMPING_UP, []
    for interval in range(6):
        now = at(5 + 5 * interval)
        permit = POLICY.permit(breaker, 1000, now)
        limits.append(permit.limit)
        breaker = POLICY.after_claim(breaker, permit, permit.limit, now)
    assert limits == [1, 1, 2, 4, 8, 16]


def test_a_completed_ramp_up_closes_it() -> None:
    later = at(5 + 10 * 5)
    permit = POLICY.permit(RAMPING_UP, 8, later)
    assert permit == Permit(8)
    assert POLICY.after_claim(RAMPING_UP, permit, 8, later) == Breaker()


def test_failures_during_ramp_up_reopen_it_and_delay_probes() -> None:
    breaker = RAMPING_UP
    for _ in range(FAILURE_THRESHOLD):
        assert breaker.opened_at is None
        breaker = after(breaker, PlatformHealth.FAILING, 6)
    assert breaker.opened_at == at(6)
    assert breaker.probe_at == at(6 + 10)


def test_occasional_failures_do_not_hold_up_the_ramp_up() -> None:
    breaker = RAMPING_UP
    for _ in range(10):
        for _ in range(FAILURE_THRESHOLD - 1):
            breaker = after(breaker, PlatformHealth.FAILING, 6)
        breaker = after(breaker, PlatformHealth.WORKING, 6)
    assert breaker.opened_at is None


def test_a_key_refused_during_ramp_up_opens_it_at_once() -> None:
    assert after(RAMPING_UP, PlatformHealth.REJECTING_ACCOUNT, 6).opened_at == at(6)


def test_a_failure_begun_before_the_ramp_up_does_not_end_it() -> None:
    outdated = AttemptResult(PlatformHealth.FAILING, "why", at(4), is_probe=False)
    assert POLICY.after_attempt(RAMPING_UP, outdated, at(6)) == RAMPING_UP


def test_a_clock_put_back_delays_neither_probe_nor_ramp_up() -> None:
    assert POLICY.permit(OPEN, 8, at(-3600)).limit == 1
    assert POLICY.permit(RAMPING_UP, 8, at(-3600)).limit == 8


# In the database, shared by all workers


def accept_many(database: Database, clock: Clock, count: int) -> list[str]:
    return [accept(database, clock()) for _ in range(count)]


def test_a_breaker_opened_by_one_worker_stops_them_all(database: Database, clock: Clock) -> None:
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


def test_a_probe_that_lost_its_lease_is_ignored(database: Database, clock: Clock) -> None:
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


def test_new_enquiries_are_not_starved_by_a_backlog(database: Database, clock: Clock) -> None:
    backlog = set(accept_many(database, clock, 40))
    queue = queue_of(database)
    for _ in range(10):
        clock.advance(1)
        fresh = accept(database, clock())
        claimed = [claim.reference for claim in (*queue.claim(1), *queue.claim(1))]
        assert fresh in claimed
        assert len(backlog.intersection(claimed)) == 1
