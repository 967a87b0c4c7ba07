"""A clock that a test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

START: Final = datetime(2026, 5, 31, 12, 0, tzinfo=UTC)


class Clock:
    """Stands still at ``START`` until a test moves it; calling it returns the time."""

    def __init__(self) -> None:
        self._now = START

    def __call__(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        """Return the same time in seconds, as ``time.monotonic`` would."""
        return (self._now - START).total_seconds()

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
