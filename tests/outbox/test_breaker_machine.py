"""The breaker in every order of claims, findings, lost workers and clock steps that hypothesis thinks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
)

from tests.conftest import Clock
from tests.support.enquiries import LEASE
from webapp.delivery.outcomes import after_failed_lookup, after_failed_send
from webapp.delivery.retry_policy import RetryPolicy
from webapp.outbox.breaker import (
    MAX_PROBE_DELAY_SECONDS,
    RAMP_UP_DOUBLINGS,
    AttemptResult,
    Breaker,
    BreakerPolicy,
    Permit,
    PlatformHealth,
)
from webapp.outbox.claim import Claim
from webapp.platform.errors import AccountRejected

BASE: Final = 5.0
POLICY: Final = BreakerPolicy(base=BASE, lease=LEASE)
LONGEST_WAIT: Final = timedelta(seconds=max(MAX_PROBE_DELAY_SECONDS, LEASE))
WHOLE_DRAIN: Final = timedelta(seconds=BASE * RAMP_UP_DOUBLINGS)
BACKLOG: Final = 10_000


@dataclass(frozen=True)
class Sent:
    """A delivery that a worker holds, and tells the breaker of unless its lease is over by then."""

    begun_at: datetime
    is_probe: bool

    def is_held(self, now: datetime) -> bool:
        return now - self.begun_at < timedelta(seconds=LEASE)


class BreakerMachine(RuleBasedStateMachine):
    """Any number of workers and a platform that does as it likes, before a backlog without end."""

    held = Bundle("held")

    def __init__(self) -> None:
        super().__init__()
        self.now = Clock().moment
        self.breaker = Breaker()
        self.probes: list[Sent] = []
        self.was_stepped = False

    @rule(seconds=st.one_of(st.floats(0, 20), st.floats(0, 200)))
    def time_passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(seconds=st.floats(-7200, 7200))
    def the_clock_is_put_right_or_wrong(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.was_stepped = True

    @rule(target=held, wanted=st.integers(1, 8))
    def claim(self, wanted: int) -> Any:
        permit = POLICY.permit(self.breaker, wanted, self.now)
        was_open = self.breaker.opened_at is not None
        assert 0 <= permit.limit <= (1 if was_open else wanted)
        self.breaker = POLICY.after_claim(self.breaker, permit, permit.limit, self.now)
        sent = [Sent(self.now, permit.is_probe) for _ in range(permit.limit)]
        if permit.is_probe and sent:
            assert self.was_stepped or not any(probe.is_held(self.now) for probe in self.probes)
            self.probes += sent
        return multiple(*sent)

    @rule(wanted=st.integers(1, 8))
    def find_nothing_due(self, wanted: int) -> None:
        permit = POLICY.permit(self.breaker, wanted, self.now)
        assert POLICY.after_claim(self.breaker, permit, 0, self.now) == self.breaker

    @rule(sent=consumes(held), finding=st.sampled_from(list(PlatformHealth)))
    def tell(self, sent: Sent, finding: PlatformHealth) -> None:
        if sent.is_held(self.now):
            attempt = AttemptResult(finding, "why", sent.begun_at, sent.is_probe)
            self.breaker = POLICY.after_attempt(self.breaker, attempt, self.now)
        self.probes = [probe for probe in self.probes if probe is not sent]

    @rule(sent=consumes(held))
    def die(self, sent: Sent) -> None:
        del sent

    @invariant()
    def it_is_open_or_draining_and_never_both(self) -> None:
        assert self.breaker.opened_at is None or self.breaker.ramping_up_since is None

    @invariant()
    def an_open_one_probes_again_before_long(self) -> None:
        if self.breaker.opened_at is not None:
            # A clock that was put back far enough is told by that, and lets one go at once.
            moments = (self.now, self.now + LONGEST_WAIT)
            assert Permit(1, is_probe=True) in [POLICY.permit(self.breaker, 1, at) for at in moments]

    @precondition(lambda self: self.breaker.ramping_up_since is not None and not self.was_stepped)
    @invariant()
    def a_drain_lets_no_more_go_than_its_time_allows(self) -> None:
        since = cast("datetime", self.breaker.ramping_up_since)
        assert self.breaker.released <= 2 ** min(30.0, (self.now - since).total_seconds() / BASE)

    def teardown(self) -> None:
        """From wherever it came to: a platform that works again is soon sent all that there is."""
        if self.breaker.opened_at is not None:
            if not POLICY.permit(self.breaker, 1, self.now).limit:
                self.now += LONGEST_WAIT
            permit = POLICY.permit(self.breaker, BACKLOG, self.now)
            self.breaker = POLICY.after_claim(self.breaker, permit, permit.limit, self.now)
            works = AttemptResult(PlatformHealth.WORKING, None, self.now, permit.is_probe)
            self.breaker = POLICY.after_attempt(self.breaker, works, self.now)
        if self.breaker.ramping_up_since is not None:
            self.now = max(self.now, self.breaker.ramping_up_since) + WHOLE_DRAIN
            permit = POLICY.permit(self.breaker, 1, self.now)
            self.breaker = POLICY.after_claim(self.breaker, permit, permit.limit, self.now)
        assert POLICY.permit(self.breaker, BACKLOG, self.now) == Permit(BACKLOG)


BreakerMachine.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestBreaker = BreakerMachine.TestCase


@pytest.mark.parametrize("charges", [after_failed_send, after_failed_lookup])
def test_no_attempt_is_charged_while_paused(charges: Any) -> None:
    now = Clock().moment
    claim = cast("Claim", None)
    policy = RetryPolicy(BASE, 330, timedelta(days=14))
    given = (claim, now) if charges is after_failed_lookup else (claim,)
    outcome = charges(*given, AccountRejected("Revoked"), policy)
    assert not outcome.counts_as_attempt
    assert outcome.health is PlatformHealth.REJECTING_ACCOUNT
