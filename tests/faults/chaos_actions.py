"""The troubles of a chaos run: what is done to processes, platform and database while visitors enquire."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tests.faults import fault_types as platform_faults
from tests.faults.fault_plan import LIST
from tests.faults.fault_types import PlatformFault
from tests.faults.processes import Fleet, Place
from tests.faults.rig import House

LIES: Final[list[PlatformFault]] = [
    platform_faults.hang(stores=True),
    platform_faults.hang(stores=False),
    platform_faults.reset(stores=True),
    platform_faults.reset(stores=False),
    platform_faults.close(stores=True),
    platform_faults.truncate(stores=True),
    platform_faults.bad_gateway(stores=True),
    platform_faults.bad_gateway(stores=False),
    platform_faults.web_page(stores=True),
    platform_faults.refuse(500, stores=True),
    platform_faults.no_id(stores=True),
    platform_faults.error_body(stores=False),
    platform_faults.store_late(1.1),
    platform_faults.success_false(stores=False),
    platform_faults.refuse(400, 24224),
    platform_faults.busy(429, "1"),
    platform_faults.busy(503),
]
LIES_ABOUT_THE_LIST: Final[list[PlatformFault]] = [
    platform_faults.hang(stores=False),
    platform_faults.reset(stores=False),
    platform_faults.refuse(500),
    platform_faults.web_page(stores=False),
    platform_faults.truncate(stores=False),
]
LIES_TOLD: Final = 0.25


@dataclass
class Troubles:
    """Makes trouble; ``made`` counts it by kind.

    ``crash_database`` takes the database away for a moment and brings it back.
    """

    house: House
    fleet: Fleet
    chance: Random
    crash_database: Callable[[Random], None]
    made: Counter[str] = field(default_factory=Counter)
    _mending: list[threading.Timer] = field(default_factory=list)

    def begin(self) -> None:
        """Let the platform lie now and then from here on."""
        platform = self.house.platform
        platform.inject_now_and_then(LIES, LIES_TOLD, self.chance)
        platform.inject_now_and_then(LIES_ABOUT_THE_LIST, LIES_TOLD, self.chance, on=LIST)

    def make_one(self) -> None:
        """Make one kind of trouble."""
        kinds: dict[str, Callable[[], object]] = {
            "worker killed": lambda: self._worker().kill(),
            "worker told to stop": lambda: self._worker().stop(),
            "worker put to sleep": self._put_a_worker_to_sleep,
            "web server killed": self.fleet.web.kill,
            "web process killed": self._kill_a_web_process,
            "web server reloaded": lambda: self.fleet.web.running.send(signal.SIGHUP),
            "platform out of reach": self._take_the_platform_away,
            "key revoked": self._revoke_the_key,
            "platform's clock wrong": self._turn_the_platforms_clock,
            "database away": lambda: self.crash_database(self.chance),
            "failed ones retried": lambda: self.house.command("leads", "retry", "--state", "failed"),
        }
        kind = self.chance.choice(sorted(kinds))
        self.fleet.revive()
        kinds[kind]()
        self.made[kind] += 1

    def end(self) -> None:
        """Mend everything: from here on all is well."""
        for timer in self._mending:
            timer.join()
        self.house.platform.behave()

    def injected(self) -> Counter[str]:
        """Return how much trouble there was, by kind, the platform's lies among it."""
        lied = {f"platform: {kind}": count for kind, count in self.house.platform.injected.items()}
        return self.made + Counter(lied)

    def _worker(self) -> Place:
        return self.chance.choice(self.fleet.workers)

    def _put_a_worker_to_sleep(self) -> None:
        sleeper = self._worker().running
        sleeper.send(signal.SIGSTOP)
        self._mend(self.chance.uniform(0.2, 4), lambda: sleeper.send(signal.SIGCONT))

    def _kill_a_web_process(self) -> None:
        for child in self.fleet.web.children():
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def _take_the_platform_away(self) -> None:
        if not self._is_mending():
            self.house.platform.refuse_connections()
            self._mend(self.chance.uniform(0.2, 2), self.house.platform.accept_connections)

    def _revoke_the_key(self) -> None:
        self.house.platform.revoke_key()
        self._mend(self.chance.uniform(0.2, 2), self.house.platform.restore_key)

    def _turn_the_platforms_clock(self) -> None:
        gate = self.house.platform.gate
        gate.clock_offset = self.chance.choice([-10.0, 10.0])
        self._mend(self.chance.uniform(0.2, 1), lambda: setattr(gate, "clock_offset", 0.0))

    def _is_mending(self) -> bool:
        return any(each.is_alive() for each in self._mending)

    def _mend(self, seconds: float, mend: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, mend)
        timer.start()
        self._mending.append(timer)
