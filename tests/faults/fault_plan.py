"""Which calls to the stand-in go wrong, and how."""

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
class _PlannedFault:
    faults: tuple[PlatformFault, ...]
    on: str
    times: int | None
    reference: str | None
    probability: float
    rng: Random

    def always_applies_after_reading(self) -> bool:
        """Say whether it always applies, so that no later plan can take its place."""
        is_certain = self.times != 0 and self.probability == 1 and self.reference is None
        return is_certain and all(fault.reads for fault in self.faults)

    def next_fault(self, *, reads: bool) -> PlatformFault | None:
        if self.times == 0 or self.rng.random() >= self.probability:
            return None
        fault = self.rng.choice(self.faults)
        if fault.reads is not reads:
            return None
        if self.times is not None:
            self.times -= 1
        return fault


class FaultPlan:
    """The planned faults, oldest first; the first that matches a call decides."""

    def __init__(self) -> None:
        self.injected: Counter[str] = Counter()
        self._planned: list[_PlannedFault] = []
        self._lock = threading.Lock()

    def add(
        self,
        *faults: PlatformFault,
        on: str,
        times: int | None,
        reference: str | None = None,
        probability: float = 1.0,
        rng: Random | None = None,
    ) -> None:
        """Plan faults for calls of one action, or for those about one enquiry only."""
        if reference and not all(fault.reads for fault in faults):
            raise ValueError("the reference is in the body, which a fault that does not read it cannot know")
        with self._lock:
            self._planned.append(_PlannedFault(faults, on, times, reference, probability, rng or Random(0)))

    def clear(self) -> None:
        """Remove every planned fault."""
        with self._lock:
            self._planned.clear()

    def take_unread(self, action: str) -> PlatformFault | None:
        """Return the fault for a call whose body is not read."""
        return self._take(action, "", reads=False)

    def take(self, action: str, reference: str) -> PlatformFault | None:
        """Return the fault for a call about this enquiry."""
        return self._take(action, reference, reads=True)

    def _take(self, action: str, reference: str, *, reads: bool) -> PlatformFault | None:
        with self._lock:
            for planned in self._planned:
                if planned.on == action and planned.reference in {None, reference}:
                    if not reads and planned.always_applies_after_reading():
                        return None
                    fault = planned.next_fault(reads=reads)
                    if fault:
                        self.injected[fault.kind] += 1
                        return fault
        return None
