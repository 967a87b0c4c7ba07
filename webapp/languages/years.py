"""Gives a day its year, where the visitor left it out or wrote two digits of it.

Nothing but the present decides: no bound of a question moves a day into another year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Self

FIRST_ZONE: Final = timedelta(hours=14)
LAST_ZONE: Final = timedelta(hours=-12)
"""How far ahead of UTC, and how far behind it, the clocks of the world are at most."""

MAX_YEARS: Final = 10
"""How far from today an event lies at most; two digits of a year further off are not guessed at."""

NEXT_LEAP_YEAR: Final = 8
"""Years until a 29 February comes again at most, as around 2100."""


@dataclass(frozen=True, slots=True)
class Today:
    """The days that it is somewhere on earth at one moment: the earliest, the latest, and that of UTC.

    By whose clock a visitor says "today" is not known, so each of these days is today to somebody.
    """

    earliest: date
    latest: date
    in_utc: date

    @classmethod
    def at(cls, moment: datetime) -> Self:
        """Return the days that it is at a moment."""
        there = moment.astimezone(UTC)
        return cls((there + LAST_ZONE).date(), (there + FIRST_ZONE).date(), there.date())

    def nearest_year(self, two_digits: int) -> int:
        """Return the year nearest to now that ends in these digits."""
        now = self.latest.year
        return now + (two_digits - now + 50) % 100 - 50

    def is_near(self, year: int) -> bool:
        """Say whether two digits of a year can be taken for it."""
        return self.earliest.year - MAX_YEARS <= year <= self.latest.year + MAX_YEARS

    def next(self, month: int, day: int) -> date | None:
        """Return the next such day; today is one."""
        years = range(self.earliest.year, self.earliest.year + NEXT_LEAP_YEAR + 1)
        return next((found for found in _days(years, month, day) if found >= self.earliest), None)

    def last(self, month: int, day: int) -> date | None:
        """Return the last such day; today is one."""
        years = range(self.latest.year, self.latest.year - NEXT_LEAP_YEAR - 1, -1)
        return next((found for found in _days(years, month, day) if found <= self.latest), None)


def _days(years: range, month: int, day: int) -> Iterator[date]:
    for year in years:
        try:
            yield date(year, month, day)
        except ValueError:  # no 29 February in this one
            continue
