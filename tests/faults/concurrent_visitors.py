"""The visitors of a chaos run, who keep enquiring and try again after every failure."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from random import Random
from typing import Final, Self

import requests

from tests.faults.processes import Processes
from tests.faults.rig import Rig
from tests.faults.visitors import Change, FilledForm
from tests.support.processes import Visitor

VISITORS: Final = 4
MAX_PAUSE: Final = 0.3
FINISHES_WITHIN: Final = 90.0
CHANGE_PROBABILITY: Final = 0.3
RESTARTED_FOR: Final = 3.0


class ConcurrentVisitors:
    """Visitors in threads; the receipts that they see are recorded in the rig."""

    def __init__(self, rig: Rig, processes: Processes, seed: int) -> None:
        self._rig = rig
        self._processes = processes
        self._seed = seed
        self._over, self._given_up = threading.Event(), threading.Event()
        self._pool = ThreadPoolExecutor(VISITORS)
        self._visits: list[Future[int]] = []

    def __enter__(self) -> Self:
        generators = [Random(f"{self._seed} {number}") for number in range(VISITORS)]
        self._visits = [self._pool.submit(self._enquire, rng) for rng in generators]
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._given_up.set()
        self._pool.shutdown()

    def finish(self) -> int:
        """Let every visitor reach a receipt and then stop; return how often forms were sent.

        A signal or a missing database may have ended a process while it started, so for a while dead ones are
        restarted, as a service manager would.
        """
        self._over.set()
        began = time.monotonic()
        while time.monotonic() - began < FINISHES_WITHIN:
            self._processes.restart_dead()
            wait(self._visits, timeout=0.2)
            if time.monotonic() - began > RESTARTED_FOR and all(visit.done() for visit in self._visits):
                return sum(visit.result() for visit in self._visits)
        raise AssertionError(f"a visitor had no receipt within {FINISHES_WITHIN:g} s")

    def _enquire(self, rng: Random) -> int:
        """Enquire again and again; return how often forms were sent."""
        tries = 0
        while not self._over.wait(rng.uniform(0, MAX_PAUSE)):
            form = self._open_form(str(rng.random()))
            while form and not self._given_up.wait(rng.uniform(0, MAX_PAUSE)):
                tries += 1
                reference = _submit(form)
                if reference:
                    self._rig.receipts[reference] = f"received at try {form.seen.total()}"
                    if rng.random() < CHANGE_PROBABILITY:
                        self._change(form.receipt, reference, rng)
                    break
        return tries

    def _change(self, receipt: str, reference: str, rng: Random) -> None:
        """Change a received enquiry once, trying until it succeeds."""
        message, change = f"Changed to {rng.random()}", None
        while not self._given_up.wait(rng.uniform(0, MAX_PAUSE)):
            try:
                change = change or Change(receipt, message)
                if change.send():
                    self._rig.last_messages[reference] = message
                    return
            except requests.RequestException:
                continue

    def _open_form(self, message: str) -> FilledForm | None:
        visitor = Visitor(self._processes.port)
        while not self._given_up.wait(0.05):
            try:
                return FilledForm(visitor, message=message)
            except requests.RequestException:
                continue
        return None


def _submit(form: FilledForm) -> str | None:
    try:
        return form.submit()
    except requests.RequestException:
        return None
