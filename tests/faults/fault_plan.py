"""Which calls go wrong, and how: what a test has ordered of the stand-in for the platform."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.faults.fault_types import PlatformFault

ADD: Final = "venue/addOrUpdateOpportunity"
LIST: Final = "crm/getOpportunityList"
PING: Final = "test/ping"


@dataclass(slots=True)
class _Order:
    faults: tuple[PlatformFault, ...]
    on: str
    times: int | None
    reference: str | None
    probability: float
    chance: Random

    def decides_after_reading(self) -> bool:
        """Say whether no later order may come before it."""
        is_certain = self.times != 0 and self.probability == 1 and self.reference is None
        return is_certain and all(each.reads for each in self.faults)

    def fault(self, *, reads: bool) -> PlatformFault | None:
        if self.times == 0 or self.chance.random() >= self.probability:
            return None
        fault = self.chance.choice(self.faults)
        if fault.reads is not reads:
            return None
        if self.times is not None:
            self.times -= 1
        return fault


class Plan:
    """The orders, oldest first; the first that fits a call decides on it."""

    def __init__(self) -> None:
        self.injected: Counter[str] = Counter()
        self.met: dict[str, list[str]] = {}
        self._orders: list[_Order] = []
        self._lock = threading.Lock()

    def add(
        self,
        *faults: PlatformFault,
        on: str,
        times: int | None,
        reference: str | None = None,
        probability: float = 1.0,
        chance: Random | None = None,
    ) -> None:
        """Order faults for calls of one action, perhaps for those about one enquiry alone."""
        if reference and not all(each.reads for each in faults):
            raise ValueError("whose request it is stands in the body, which such a fault does not read")
        with self._lock:
            self._orders.append(_Order(faults, on, times, reference, probability, chance or Random(0)))

    def clear(self) -> None:
        """Withdraw every order."""
        with self._lock:
            self._orders.clear()

    def take_unread(self, action: str) -> PlatformFault | None:
        """Return the fault that befalls a call before its body is read."""
        return self._take(action, "", reads=False)

    def take(self, action: str, reference: str) -> PlatformFault | None:
        """Return the fault that befalls a call about this enquiry."""
        return self._take(action, reference, reads=True)

    def _take(self, action: str, reference: str, *, reads: bool) -> PlatformFault | None:
        with self._lock:
            for order in self._orders:
                if order.on == action and order.reference in {None, reference}:
                    if not reads and order.decides_after_reading():
                        return None
                    fault = order.fault(reads=reads)
                    if fault:
                        self.injected[fault.kind] += 1
                        self.met.setdefault(reference, []).append(fault.kind)
                        return fault
        return None
