"""An opportunity whose name the platform cuts is found again after a lost answer, and stays one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from tests.faults import fault_types as platform_faults
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


def characters(most: int) -> Callable[[str], str]:
    return lambda name: name[:most]


def octets(most: int) -> Callable[[str], str]:
    return lambda name: name.encode()[:most].decode(errors="ignore")


def folded(name: str) -> str:
    return " ".join(name.split())


CUTS: Final = (*map(characters, (12, 64, 100, 255)), *map(octets, (64, 255)), folded)


@pytest.fixture
def now(database: Database, database_url: str) -> Iterator[Database]:
    """The database by its own clock, as the stand-in goes by its own."""
    del database  # it is up to date
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.mark.parametrize("letter", ["x", "婚"])
def test_a_cut_never_reaches_the_reference(
    letter: str, now: Database, stand_in: StandIn, forms: Forms
) -> None:
    client = PlatformClient(Account(stand_in.url, KEY, SECRET), 20)
    title = f"Plan your  wedding {letter * 300}"
    long = forms["weddings"].model_copy(update={"title": title})
    mapping = CurrentForms(lambda: {"weddings": long})
    forwarder = Forwarder(queue_of(now), client, mapping, RetryPolicy(5, 330, timedelta(days=14)))
    for cut in CUTS:
        stand_in.listing.cut = cut
        enquiry = an_enquiry(datetime.now(UTC), first_name=letter * 75, last_name=letter * 75)
        EnquiryStore(now).accept(enquiry, Submission(enquiry.reference, "digest"))
        stand_in.inject(platform_faults.close(stores=True))
        with now.writing() as connection:
            write_breaker(connection, Breaker())  # so many lost answers in a row would open it
        Worker(queue_of(now), WakeupListener(now), forwarder, 1, record_within=20).run(
            threading.Event(), once=True
        )
    rows = DeliveryQueries(now).list(Filter())
    assert [(each.state, each.last_error) for each in rows] == [("delivered", None)] * len(CUTS)
    assert {each.opportunity_id for each in rows} == {each.opportunity_id for each in stand_in.ledger}
