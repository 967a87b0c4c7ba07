"""The parts of leadform that the explorer drives: beside it, only ``mutants`` imports from ``webapp``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from math import ceil
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, Final
from unittest import mock

import structlog
from sqlalchemy import event

from tests.support.enquiries import LEASE, an_enquiry
from tests.support.processes import FORMS_FILE
from webapp.delivery.current_forms import CurrentForms
from webapp.delivery.forwarding import Forwarder
from webapp.delivery.retry_policy import RetryPolicy
from webapp.delivery.worker import Worker
from webapp.enquiry import ACTIVE_STATES, DeliveryKind, DeliveryState
from webapp.formfile.reader import read_forms
from webapp.outbox import queue as queue_module
from webapp.outbox.breaker import BreakerPolicy
from webapp.outbox.claim import Action, Claim, LeaseLostError, Outcome
from webapp.outbox.database import Database, open_database
from webapp.outbox.migrations import upgrade
from webapp.outbox.queue import DeliveryQueue
from webapp.outbox.requeue import Requeuer
from webapp.outbox.serialization import Unreadable
from webapp.outbox.store import EnquiryStore, Submission
from webapp.outbox.wakeup import WakeupListener
from webapp.platform.client import Account, PlatformClient
from webapp.platform.response import Response as PlatformResponse
from webapp.platform.transport import _exchange as current_exchange

__all__ = [
    "ACCOUNT",
    "ACTIVE_STATES",
    "BASE",
    "BREAKER",
    "FENCE",
    "GIVE_UP_AFTER",
    "LEASE",
    "REFERENCE",
    "START",
    "Action",
    "BrokenError",
    "Claim",
    "DeliveryKind",
    "DeliveryQueue",
    "DeliveryState",
    "Leadform",
    "LeaseLostError",
    "Outcome",
    "PlatformClient",
    "PlatformResponse",
    "Unreadable",
    "current_exchange",
    "leadform",
    "make_worker",
    "moment",
    "seconds",
]

START: Final = datetime(2026, 5, 31, 12, 0, tzinfo=UTC)
BASE: Final = 5
FENCE: Final = 330
GIVE_UP_AFTER: Final = 600
"""Seconds; the others are the defaults. Fourteen days would let no schedule come so far."""

REFERENCE: Final = "ENQ-7F3K9QXD"


class _NoJitter(Random):
    """Draws the base of a delay, or the most when that is less, so that a schedule can be repeated."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, min(b, BASE))


def moment(at: float) -> datetime:
    """Return the moment so many seconds after the start."""
    return START + timedelta(seconds=at)


@cache
def seconds(written: str) -> int:
    """Return the seconds since the start of a moment as SQLite or a header writes it, the next whole one."""
    return ceil((datetime.fromisoformat(written).replace(tzinfo=UTC) - START).total_seconds())


class Clock:
    """The database's clock, in whole seconds since ``START``."""

    def __init__(self) -> None:
        self.seconds = 0

    def __call__(self) -> datetime:
        return moment(self.seconds)


POLICY: Final = RetryPolicy(BASE, FENCE, timedelta(seconds=GIVE_UP_AFTER), _NoJitter())
BREAKER: Final = BreakerPolicy(base=BASE, lease=LEASE)
ACCOUNT: Final = Account("http://platform.example", "key", "secret")


@dataclass(frozen=True)
class Leadform:
    """The parts that write to the database, on an SQLite file of their own."""

    database: Database
    clock: Clock
    queue: DeliveryQueue
    store: EnquiryStore
    people: Requeuer

    def claim(self, token: str, *, newest_first: bool) -> list[Claim]:
        """Claim one delivery, as a worker does whose turn it is to take the latest or the longest due."""
        self.queue._newest_first = newest_first  # noqa: SLF001 (the turn is the explorer's to choose)
        with mock.patch.object(queue_module, "secrets", SimpleNamespace(token_hex=lambda _: token)):
            return self.queue.claim(1)

    def submit(self, version: int, message: str) -> None:
        """Store what the visitor sent: the enquiry as version 0, an amendment as a later one.

        When it returns, the visitor is shown a receipt.
        """
        enquiry = replace(an_enquiry(START, message=message), reference=REFERENCE)
        if version == 0:
            self.store.accept(enquiry, Submission("enquiry", "digest"))
            return
        self.store.amend(
            replace(enquiry, changed_at=self.clock()), Submission(f"amendment {version}", "digest")
        )

    def retry(self) -> None:
        """Queue the enquiry's deliveries again, as a person does."""
        self.people.retry(REFERENCE)


@contextmanager
def leadform(folder: Path) -> Iterator[Leadform]:
    """Open a new, empty database in a folder for the explorer's use."""
    clock = Clock()
    database = open_database(f"sqlite:///{folder / 'explorer.db'}", clock)
    upgrade(database)
    database.close()

    @event.listens_for(database.engine, "connect")
    def write_without_waiting(connection: Any, _record: Any) -> None:
        # What the disk keeps is the database's promise, and no part of what is explored.
        connection.execute("PRAGMA synchronous = OFF")

    queue = DeliveryQueue(database, LEASE, BREAKER)
    with _strict_log():
        yield Leadform(database, clock, queue, EnquiryStore(database), Requeuer(database))
    database.close()


def make_worker(database: Database, queue: DeliveryQueue, client: PlatformClient) -> Worker:
    """Return a worker on a queue and a client of the caller's."""
    forms = read_forms(FORMS_FILE)
    forwarder = Forwarder(queue, client, CurrentForms(lambda: forms), POLICY)
    return Worker(queue, WakeupListener(database), forwarder, 1, record_within=0)


class BrokenError(BaseException):
    """The code told its log of an exception that nobody foresaw; no ``except Exception`` hides it."""


@contextmanager
def _strict_log() -> Iterator[None]:
    def judge(_logger: object, _method: str, told: structlog.typing.EventDict) -> structlog.typing.EventDict:
        if told.get("exc_info"):
            raise BrokenError(f"{told['event']}: {told['exc_info']!r}")
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[judge])
    try:
        yield
    finally:
        structlog.configure(**before)
