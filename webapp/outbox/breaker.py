"""The breaker: stops all sending while the platform refuses everybody, and lets it begin again gently.

All workers share it, as one row of the database. Closed, it lets everything go. Open, it lets one probe go
at a time, each later than the last. When a probe succeeds the backlog drains: one delivery at first, and
twice as many in all with each interval, until the platform has shown that it can bear them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, select, update

from webapp.outbox.tables import breaker

FAILURE_THRESHOLD: Final = 5
"""How many calls in a row may fail before the breaker opens."""

MAX_PROBE_DELAY: Final = 60.0
DOUBLINGS_OF_A_DRAIN: Final = 10


class PlatformHealth(StrEnum):
    """What an attempt tells of the platform, whatever it means for the enquiry."""

    WORKS = "works"
    """It answered a send, if only by refusing this very enquiry."""

    ANSWERS = "answers"
    """It answered a look; whether sends work is not known."""

    FAILS = "fails"
    """It could not be reached, was busy, broke, or did not answer."""

    REFUSES_US = "refuses us"
    """Our key or our clock is wrong: every request would be refused."""

    NOTHING = "nothing"
    """It was not asked, or its answer says nothing about the next one."""


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """An attempt as the breaker sees it; ``reason`` says in words why it failed."""

    finding: PlatformHealth
    reason: str | None
    begun_at: datetime
    is_probe: bool


@dataclass(frozen=True, slots=True)
class Permit:
    """How many deliveries may be claimed now, and whether the one is a probe."""

    limit: int
    is_probe: bool = False


@dataclass(frozen=True, slots=True)
class Breaker:
    """The breaker as its row has it; each method returns it as it is afterwards."""

    failures: int = 0
    opened_at: datetime | None = None
    reason: str | None = None
    probe_at: datetime | None = None
    reopenings: int = 0
    draining_since: datetime | None = None
    released: int = 0

    @property
    def is_closed(self) -> bool:
        """Say whether everything may go."""
        return self.opened_at is None and self.draining_since is None


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """How quickly it probes and drains.

    ``base`` (seconds) is the first distance between probes, which doubles up to a minute, and the interval in
    which a drain doubles; ``lease`` (seconds) is the time after which a probe without outcome counts as lost.
    """

    base: float
    lease: float

    def permit(self, breaker: Breaker, wanted: int, now: datetime) -> Permit:
        """Say how many of the wanted deliveries may go now."""
        if breaker.opened_at is not None:
            return Permit(min(wanted, 1) if self._may_probe(breaker, now) else 0, is_probe=True)
        if breaker.draining_since is None:
            return Permit(wanted)
        return Permit(max(0, min(wanted, self._allowance(breaker.draining_since, now) - breaker.released)))

    def after_claim(self, breaker: Breaker, permit: Permit, claimed: int, now: datetime) -> Breaker:
        """Return it when so many deliveries have been claimed by a permit."""
        if breaker.is_closed or not claimed:
            return breaker
        if permit.is_probe:
            return replace(breaker, probe_at=now + timedelta(seconds=self.lease))
        if breaker.draining_since is not None and self._has_drained(breaker.draining_since, now):
            return Breaker()
        return replace(breaker, released=breaker.released + claimed)

    def after_attempt(self, breaker: Breaker, attempt: AttemptResult, now: datetime) -> Breaker:
        """Return it when an attempt has found something out about the platform."""
        finding, reason = attempt.finding, attempt.reason
        if breaker.opened_at is not None:
            return self._after_probe(breaker, finding, reason, now) if attempt.is_probe else breaker
        if finding is PlatformHealth.WORKS:
            return replace(breaker, failures=0)
        is_old_news = breaker.draining_since is not None and attempt.begun_at < breaker.draining_since
        if finding in {PlatformHealth.ANSWERS, PlatformHealth.NOTHING} or is_old_news:
            return breaker
        failures = breaker.failures + 1
        is_enough = finding is PlatformHealth.REFUSES_US or failures >= FAILURE_THRESHOLD
        return self._opened(breaker, reason, now) if is_enough else replace(breaker, failures=failures)

    def _after_probe(
        self, breaker: Breaker, finding: PlatformHealth, reason: str | None, now: datetime
    ) -> Breaker:
        if finding is PlatformHealth.NOTHING:
            return replace(breaker, probe_at=now)
        if finding in {PlatformHealth.WORKS, PlatformHealth.ANSWERS}:
            return Breaker(reopenings=breaker.reopenings, draining_since=now)
        return self._opened(breaker, reason, breaker.opened_at or now, probe_after=now)

    def _opened(
        self, breaker: Breaker, reason: str | None, since: datetime, probe_after: datetime | None = None
    ) -> Breaker:
        delay = min(MAX_PROBE_DELAY, self.base * 2.0 ** min(breaker.reopenings, 30))
        return Breaker(
            opened_at=since,
            reason=reason,
            probe_at=(probe_after or since) + timedelta(seconds=delay),
            reopenings=breaker.reopenings + 1,
        )

    def _may_probe(self, breaker: Breaker, now: datetime) -> bool:
        if breaker.probe_at is None or now >= breaker.probe_at:
            return True
        # Further off than any probe is set: the clock was put back since.
        return breaker.probe_at - now > timedelta(seconds=max(MAX_PROBE_DELAY, self.lease))

    def _allowance(self, since: datetime, now: datetime) -> int:
        return int(2.0 ** min(self._doublings(since, now), 30))

    def _has_drained(self, since: datetime, now: datetime) -> bool:
        return self._doublings(since, now) >= DOUBLINGS_OF_A_DRAIN

    def _doublings(self, since: datetime, now: datetime) -> float:
        elapsed = (now - since).total_seconds()
        # Before its own beginning: the clock was put back since.
        return elapsed / self.base if elapsed >= 0 else DOUBLINGS_OF_A_DRAIN


def read_breaker(connection: Connection, *, lock: bool = False) -> Breaker:
    """Return the breaker; with ``lock`` nobody else may change it until the transaction ends."""
    query = select(*(breaker.c[field.name].label(field.name) for field in fields(Breaker)))
    row = connection.execute(query.with_for_update() if lock else query).mappings().one()
    return Breaker(**row)


def write_breaker(connection: Connection, changed: Breaker) -> None:
    """Replace the breaker."""
    connection.execute(update(breaker).values(**asdict(changed)))
