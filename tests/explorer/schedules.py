"""How many schedules there are: the ways through the states that were visited, from the start to rest."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Ways:
    """The moves between states, by their numbers; the start is number 0."""

    free: list[list[int]] = field(default_factory=list)
    faults: list[list[int]] = field(default_factory=list)
    at_rest: list[bool] = field(default_factory=list)

    def count(self, faults: int) -> int | None:
        """Return the number of schedules with at most so many faults; None when one goes round for ever."""
        order = self._last_first()
        if order is None:
            return None
        ways = [0] * len(order)
        for _ in range(faults + 1):
            fewer, ways = ways, [0] * len(order)
            for state in order:
                onward = sum(ways[after] for after in self.free[state])
                ways[state] = self.at_rest[state] + onward + sum(fewer[after] for after in self.faults[state])
        return ways[0]

    def _last_first(self) -> list[int] | None:
        """Return the states, each behind all that follow from it without a fault; None when they go round."""
        before = [0] * len(self.free)
        for moves in self.free:
            for after in moves:
                before[after] += 1
        waiting = [state for state, count in enumerate(before) if not count]
        order: list[int] = []
        while waiting:
            order.append(state := waiting.pop())
            for after in self.free[state]:
                before[after] -= 1
                if not before[after]:
                    waiting.append(after)
        return order[::-1] if len(order) == len(before) else None
