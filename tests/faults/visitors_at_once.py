"""The visitors of a chaos run, who enquire all the time and take no failure for an answer."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from random import Random
from typing import Final, Self

import requests

from tests.faults.processes import Fleet
from tests.faults.rig import House
from tests.faults.visitors import Change, FilledForm
from tests.support.processes import Visitor

VISITORS: Final = 4
MAX_THOUGHT: Final = 0.3
LEAVES_WITHIN: Final = 90.0
CHANGES_ITS_MIND: Final = 0.3
REVIVED_FOR: Final = 3.0


class Crowd:
    """Some visitors; the receipts that they are shown are those of the house."""

    def __init__(self, house: House, ships: Fleet, seed: int) -> None:
        self._house = house
        self._ships = ships
        self._seed = seed
        self._over, self._gone = threading.Event(), threading.Event()
        self._pool = ThreadPoolExecutor(VISITORS)
        self._visits: list[Future[int]] = []

    def __enter__(self) -> Self:
        chances = [Random(f"{self._seed} {each}") for each in range(VISITORS)]
        self._visits = [self._pool.submit(self._enquire, chance) for chance in chances]
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._gone.set()
        self._pool.shutdown()

    def see_off(self) -> int:
        """Let every visitor come to a receipt, and then no more; return how often forms were sent.

        A signal or a database that was away may have ended a process while it began, so for a while each is
        replaced as a service manager would.
        """
        self._over.set()
        began = time.monotonic()
        while time.monotonic() - began < LEAVES_WITHIN:
            self._ships.revive()
            wait(self._visits, timeout=0.2)
            if time.monotonic() - began > REVIVED_FOR and all(each.done() for each in self._visits):
                return sum(each.result() for each in self._visits)
        raise AssertionError(f"a visitor had no receipt within {LEAVES_WITHIN:g} s")

    def _enquire(self, chance: Random) -> int:
        """Be a visitor who enquires again and again; return how often forms were sent."""
        tries = 0
        while not self._over.wait(chance.uniform(0, MAX_THOUGHT)):
            form = self._opened(str(chance.random()))
            while form and not self._gone.wait(chance.uniform(0, MAX_THOUGHT)):
                tries += 1
                reference = _sent(form)
                if reference:
                    self._house.receipts[reference] = f"received at try {form.seen.total()}"
                    if chance.random() < CHANGES_ITS_MIND:
                        self._change(form.receipt, reference, chance)
                    break
        return tries

    def _change(self, receipt: str, reference: str, chance: Random) -> None:
        """Change an enquiry that was received, once, however often that takes."""
        words, change = f"Changed to {chance.random()}", None
        while not self._gone.wait(chance.uniform(0, MAX_THOUGHT)):
            try:
                change = change or Change(receipt, words)
                if change.send():
                    self._house.last_words[reference] = words
                    return
            except requests.RequestException:
                continue

    def _opened(self, message: str) -> FilledForm | None:
        visitor = Visitor(self._ships.port)
        while not self._gone.wait(0.05):
            try:
                return FilledForm(visitor, message=message)
            except requests.RequestException:
                continue
        return None


def _sent(form: FilledForm) -> str | None:
    try:
        return form.reference()
    except requests.RequestException:
        return None
