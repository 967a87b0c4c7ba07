"""What a chaos run does to processes, platform and database while visitors enquire."""

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

from tests.faults import fault_types
from tests.faults.fault_plan import LIST
from tests.faults.fault_types import PlatformFault
from tests.faults.processes import Processes, ProcessSlot
from tests.faults.rig import Rig

FAULTS: Final[list[PlatformFault]] = [
    fault_types.hang(stores=True),
    fault_types.hang(stores=False),
    fault_types.reset(stores=True),
    fault_types.reset(stores=False),
    fault_types.close(stores=True),
    fault_types.truncate(stores=True),
    fault_types.bad_gateway(stores=True),
    fault_types.bad_gateway(stores=False),
    fault_types.web_page(stores=True),
    fault_types.refuse(500, stores=True),
    fault_types.no_id(stores=True),
    fault_types.error_body(stores=False),
    fault_types.store_late(1.1),
    fault_types.success_false(stores=False),
    fault_types.refuse(400, 24224),
    fault_types.busy(429, "1"),
    fault_types.busy(503),
]
LIST_FAULTS: Final[list[PlatformFault]] = [
    fault_types.hang(stores=False),
    fault_types.reset(stores=False),
    fault_types.refuse(500),
    fault_types.web_page(stores=False),
    fault_types.truncate(stores=False),
]
FAULT_PROBABILITY: Final = 0.25


@dataclass
class ChaosActions:
    """Disturbs the processes, the platform and the database; ``performed`` counts the actions by kind."""

    rig: Rig
    processes: Processes
    rng: Random
    interrupt_database: Callable[[Random], None]
    performed: Counter[str] = field(default_factory=Counter)
    _repairs: list[threading.Timer] = field(default_factory=list)

    def begin(self) -> None:
        """From now on, let the platform fail now and then."""
        platform = self.rig.platform
        platform.inject_now_and_then(FAULTS, FAULT_PROBABILITY, self.rng)
        platform.inject_now_and_then(LIST_FAULTS, FAULT_PROBABILITY, self.rng, on=LIST)

    def perform_one(self) -> None:
        """Perform one action, chosen at random."""
        kinds: dict[str, Callable[[], object]] = {
            "worker killed": lambda: self._worker().kill(),
            "worker told to stop": lambda: self._worker().stop(),
            "worker suspended": self._suspend_a_worker,
            "web server killed": self.processes.web.kill,
            "web process killed": self._kill_a_web_process,
            "web server reloaded": lambda: self.processes.web.running.send(signal.SIGHUP),
            "platform unreachable": self._disconnect_the_platform,
            "key revoked": self._revoke_the_key,
            "platform's clock wrong": self._step_the_platforms_clock,
            "database interrupted": lambda: self.interrupt_database(self.rng),
            "failed deliveries retried": lambda: self.rig.command("leads", "retry", "--state", "failed"),
        }
        kind = self.rng.choice(sorted(kinds))
        self.processes.restart_dead()
        kinds[kind]()
        self.performed[kind] += 1

    def end(self) -> None:
        """Wait for every repair, and let the platform work correctly from now on."""
        for timer in self._repairs:
            timer.join()
        self.rig.platform.clear_faults()

    def injected(self) -> Counter[str]:
        """Return how many faults there were by kind, the platform's included."""
        of_platform = {f"platform: {kind}": count for kind, count in self.rig.platform.injected.items()}
        return self.performed + Counter(of_platform)

    def _worker(self) -> ProcessSlot:
        return self.rng.choice(self.processes.workers)

    def _suspend_a_worker(self) -> None:
        worker = self._worker().running
        worker.send(signal.SIGSTOP)
        self._repair_after(self.rng.uniform(0.2, 4), lambda: worker.send(signal.SIGCONT))

    def _kill_a_web_process(self) -> None:
        for child in self.processes.web.children():
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def _disconnect_the_platform(self) -> None:
        if not self._is_repairing():
            self.rig.platform.refuse_connections()
            self._repair_after(self.rng.uniform(0.2, 2), self.rig.platform.accept_connections)

    def _revoke_the_key(self) -> None:
        self.rig.platform.revoke_key()
        self._repair_after(self.rng.uniform(0.2, 2), self.rig.platform.restore_key)

    def _step_the_platforms_clock(self) -> None:
        access = self.rig.platform.access
        access.clock_offset = self.rng.choice([-10.0, 10.0])
        self._repair_after(self.rng.uniform(0.2, 1), lambda: setattr(access, "clock_offset", 0.0))

    def _is_repairing(self) -> bool:
        return any(repair.is_alive() for repair in self._repairs)

    def _repair_after(self, seconds: float, repair: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, repair)
        timer.start()
        self._repairs.append(timer)
