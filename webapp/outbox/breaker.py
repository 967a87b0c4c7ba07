"""The circuit breaker: stops all sending while the platform fails for everybody, and resumes it gently.

All workers share it, as one row of the database. Closed, it lets everything through. Open, it lets through
one probe at a time, at growing intervals. When a probe succeeds it ramps up: one delivery at first, and twice
as many in total with every interval, until the platform has shown that it can take the backlog.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from sqlalchemy import Connection, select, update

from webapp.outbox.tables import breaker

FAILURE_THRESHOLD: Final = 5
"""How many calls in a row fail before the breaker opens."""

MAX_PROBE_DELAY_SECONDS: Final = 60.0
RAMP_UP_DOUBLINGS: Final = 10
"""How many intervals a ramp-up lasts."""


class PlatformHealth(Enum):
    """What an attempt shows about the platform, whatever it means for the enquiry."""

    WORKING = auto()
    """It answered a send, even if it refused this one enquiry."""

    REACHABLE = auto()
    """It answered a lookup; whether it takes sends is not known."""

    FAILING = auto()
    """It could not be reached, was busy, broke, or did not answer."""

    REJECTING_ACCOUNT = auto()
    """Our key or our clock is wrong, so it would refuse every request."""

    UNKNOWN = auto()
    """It was not asked, or its answer says nothing about the next one."""


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """An attempt as the breaker sees it; ``reason`` says in words why it failed."""

    health: PlatformHealth
    reason: str | None
    begun_at: datetime
    is_probe: bool


@dataclass(frozen=True, slots=True)
class Permit:
    """How many deliveries may be claimed now; a probe is one that tests whether the platform works again."""

    limit: int
    is_probe: bool = False


@dataclass(frozen=True, slots=True)
class Breaker:
    """The state of the breaker, as its row stores it.

    ``failures`` are those in a row. ``reopenings`` is how often it has opened or stayed open since it was
    last closed. ``released`` is how many deliveries were let through while ramping up.
    """

    failures: int = 0
    opened_at: datetime | None = None
    reason: str | None = None
    probe_at: datetime | None = None
    reopenings: int = 0
    ramping_up_since: datetime | None = None
    released: int = 0

    @property
    def is_closed(self) -> bool:
        """Say whether everything may be sent."""
        return self.opened_at is None and self.ramping_up_since is None


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """When the breaker opens, and how quickly it probes and ramps up.

    ``base`` (seconds) is the first interval between probes, which doubles up to a minute, and the interval in
    which a ramp-up doubles. ``lease`` (seconds) is how long a probe may take before it counts as lost.
    """

    base: float
    lease: float

    def permit(self, breaker: Breaker, wanted: int, now: datetime) -> Permit:
        """Say how many of the wanted deliveries may be claimed now."""
        if breaker.opened_at is not None:
            return Permit(min(wanted, 1) if self._may_probe(breaker, now) else 0, is_probe=True)
        if breaker.ramping_up_since is None:
            return Permit(wanted)
        return Permit(max(0, min(wanted, self._allowance(breaker.ramping_up_since, now) - breaker.released)))

    def after_claim(self, breaker: Breaker, permit: Permit, claimed: int, now: datetime) -> Breaker:
        """Return the breaker's state after deliveries were claimed under a permit."""
        if breaker.is_closed or not claimed:
            return breaker
        if permit.is_probe:
            return replace(breaker, probe_at=now + timedelta(seconds=self.lease))
        if breaker.ramping_up_since is not None and self._has_ramped_up(breaker.ramping_up_since, now):
            return Breaker()
        return replace(breaker, released=breaker.released + claimed)

    def after_attempt(self, breaker: Breaker, attempt: AttemptResult, now: datetime) -> Breaker:
        """Return the breaker's state after an attempt."""
        if breaker.opened_at is not None:
            return self._after_probe(breaker, attempt, now) if attempt.is_probe else breaker
        if attempt.health is PlatformHealth.WORKING:
            return replace(breaker, failures=0)
        is_stale = breaker.ramping_up_since is not None and attempt.begun_at < breaker.ramping_up_since
        if attempt.health in {PlatformHealth.REACHABLE, PlatformHealth.UNKNOWN} or is_stale:
            return breaker
        failures = breaker.failures + 1
        is_enough = attempt.health is PlatformHealth.REJECTING_ACCOUNT or failures >= FAILURE_THRESHOLD
        if is_enough:
            return self._opened(breaker, attempt.reason, now)
        return replace(breaker, failures=failures)

    def _after_probe(self, breaker: Breaker, probe: AttemptResult, now: datetime) -> Breaker:
        if probe.health is PlatformHealth.UNKNOWN:
            return replace(breaker, probe_at=now)
        if probe.health in {PlatformHealth.WORKING, PlatformHealth.REACHABLE}:
            return Breaker(reopenings=breaker.reopenings, ramping_up_since=now)
        return self._opened(breaker, probe.reason, breaker.opened_at or now, probe_after=now)

    def _opened(
        self, breaker: Breaker, reason: str | None, since: datetime, probe_after: datetime | None = None
    ) -> Breaker:
        delay = min(MAX_PROBE_DELAY_SECONDS, self.base * 2.0 ** min(breaker.reopenings, 30))
        return Breaker(
            opened_at=since,
            reason=reason,
            probe_at=(probe_after or since) + timedelta(seconds=delay),
            reopenings=breaker.reopenings + 1,
        )

    def _may_probe(self, breaker: Breaker, now: datetime) -> bool:
        if breaker.probe_at is None or now >= breaker.probe_at:
            return True
        # No probe is ever scheduled so far ahead: the clock was put back since.
        return breaker.probe_at - now > timedelta(seconds=max(MAX_PROBE_DELAY_SECONDS, self.lease))

    def _allowance(self, since: datetime, now: datetime) -> int:
        return int(2.0 ** min(self._doublings(since, now), 30))

    def _has_ramped_up(self, since: datetime, now: datetime) -> bool:
        return self._doublings(since, now) >= RAMP_UP_DOUBLINGS

    def _doublings(self, since: datetime, now: datetime) -> float:
        elapsed = (now - since).total_seconds()
        # It began in the future: the clock was put back since.
        return elapsed / self.base if elapsed >= 0 else RAMP_UP_DOUBLINGS


def read_breaker(connection: Connection, *, lock: bool = False) -> Breaker:
    """Return the breaker; with ``lock``, nobody else may change it until the transaction ends."""
    query = select(*(breaker.c[field.name].label(field.name) for field in fields(Breaker)))
    row = connection.execute(query.with_for_update() if lock else query).mappings().one()
    return Breaker(**row)


def write_breaker(connection: Connection, changed: Breaker) -> None:
    """Replace the breaker."""
    connection.execute(update(breaker).values(**asdict(changed)))
