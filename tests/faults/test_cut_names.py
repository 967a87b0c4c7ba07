"""An opportunity whose name the platform truncates is found again after a lost answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from tests.faults import fault_types
from tests.faults.stand_in import KEY, SECRET, StandIn
from tests.support.enquiries import an_enquiry, queue_of
from webapp.delivery.current_forms import CurrentForms
from webapp.delivery.forwarding import Forwarder
from webapp.delivery.retry_policy import RetryPolicy
from webapp.delivery.worker import Worker
from webapp.formfile.reader import Forms
from webapp.outbox.breaker import Breaker, write_breaker
from webapp.outbox.database import Database, open_database
from webapp.outbox.queries import DeliveryQueries, Filter
from webapp.outbox.store import EnquiryStore, Submission
from webapp.outbox.wakeup import WakeupListener
from webapp.platform.client import Account, PlatformClient


def first_characters(limit: int) -> Callable[[str], str]:
    return lambda name: name[:limit]


def first_bytes(limit: int) -> Callable[[str], str]:
    return lambda name: name.encode()[:limit].decode(errors="ignore")


def collapse_spaces(name: str) -> str:
    return " ".join(name.split())


CUTS: Final = (*map(first_characters, (12, 64, 100, 255)), *map(first_bytes, (64, 255)), collapse_spaces)


@pytest.fixture
def live(database: Database, database_url: str) -> Iterator[Database]:
    """The database on the real clock, as the stand-in uses it too."""
    del database  # used only to migrate the database
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.mark.parametrize("letter", ["x", "婚"])
def test_a_truncated_name_still_holds_the_reference(
    letter: str, live: Database, stand_in: StandIn, forms: Forms
) -> None:
    client = PlatformClient(Account(stand_in.url, KEY, SECRET), 20)
    title = f"FaultPlan your  wedding {letter * 300}"
    long = forms["weddings"].model_copy(update={"title": title})
    mapping = CurrentForms(lambda: {"weddings": long})
    forwarder = Forwarder(queue_of(live), client, mapping, RetryPolicy(5, 330, timedelta(days=14)))
    for cut in CUTS:
        stand_in.listing.truncate = cut
        enquiry = an_enquiry(datetime.now(UTC), first_name=letter * 75, last_name=letter * 75)
        EnquiryStore(live).accept(enquiry, Submission(enquiry.reference, "digest"))
        stand_in.inject(fault_types.close(stores=True))
        with live.writing() as connection:
            write_breaker(connection, Breaker())  # many lost answers in a row would open it
        Worker(queue_of(live), WakeupListener(live), forwarder, 1, record_within=20).run(
            threading.Event(), once=True
        )
    rows = DeliveryQueries(live).list(Filter())
    assert [(row.state, row.last_error) for row in rows] == [("delivered", None)] * len(CUTS)
    assert {row.opportunity_id for row in rows} == {entry.opportunity_id for entry in stand_in.ledger}
