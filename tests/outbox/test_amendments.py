"""The deliveries of one enquiry are sent in order, one at a time, and none is overlooked."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime

import pytest

from tests.support.clock import Clock
from tests.support.enquiries import accept, delivered, enquiry_of, queue_of, refused, versions_of
from webapp.enquiry import DeliveryKind, DeliveryState
from webapp.outbox.claim import Claim, Outcome
from webapp.outbox.database import Database
from webapp.outbox.queries import DeliveryQueries, DeliveryRow, Filter
from webapp.outbox.queue import DeliveryQueue
from webapp.outbox.requeue import Requeuer
from webapp.outbox.store import EnquiryStore, Submission


def amend(database: Database, reference: str, at: datetime, message: str) -> None:
    """Change the message of an enquiry, as its visitor would."""
    store = EnquiryStore(database)
    enquiry = store.find(reference)
    assert enquiry is not None
    changed = replace(enquiry, answers=replace(enquiry.answers, message=message), changed_at=at)
    store.amend(changed, Submission(f"{reference} {message}", "digest"))


def amend_twice(database: Database, reference: str, at: datetime) -> None:
    for message in ("Ninety guests", "A hundred guests"):
        amend(database, reference, at, message)


def rows(database: Database) -> list[DeliveryRow]:
    return DeliveryQueries(database).list(Filter())[::-1]


def claim(queue: DeliveryQueue) -> Claim:
    (claimed,) = queue.claim(8)
    return claimed


def send(queue: DeliveryQueue, claimed: Claim, outcome: Outcome) -> None:
    queue.begin_sending(claimed, {"venueId": 107, "of": enquiry_of(claimed).answers.message})
    queue.record(claimed, outcome)


def deliver_and_refuse(queue: DeliveryQueue) -> None:
    """Deliver the enquiry, and have its first amendment refused."""
    send(queue, claim(queue), delivered())
    send(queue, claim(queue), refused("No"))


@pytest.fixture
def queue(database: Database) -> DeliveryQueue:
    return queue_of(database)


@pytest.fixture
def reference(database: Database, clock: Clock) -> str:
    return accept(database, clock())


def test_an_amendment_waits_for_its_enquiry_and_gets_its_opportunity(
    database: Database, queue: DeliveryQueue, reference: str, clock: Clock
) -> None:
    amend(database, reference, clock(), "Ninety guests")
    add = claim(queue)
    assert add.kind is DeliveryKind.ADD
    assert queue.claim(8) == []
    send(queue, add, delivered(755))
    update = claim(queue)
    assert update.kind is DeliveryKind.UPDATE
    assert enquiry_of(update).answers.message == "Ninety guests"
    assert update.amendment_base is not None
    assert (update.amendment_base.opportunity_id, update.amendment_base.is_superseded) == (755, False)
    assert update.amendment_base.added_request == {"venueId": 107, "of": "A wedding\nfor eighty."}
    assert [version.answers.message for version in versions_of(update)] == ["A wedding\nfor eighty."]


def test_an_amendment_of_a_delivered_enquiry_is_due_at_once(
    database: Database, queue: DeliveryQueue, reference: str, clock: Clock
) -> None:
    send(queue, claim(queue), delivered())
    amend(database, reference, clock(), "Ninety guests")
    assert enquiry_of(claim(queue)).answers.message == "Ninety guests"


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.UNCLEAR, DeliveryState.QUEUED])
def test_an_amendment_waits_while_its_enquiry_is_undelivered(
    database: Database, queue: DeliveryQueue, reference: str, clock: Clock, state: DeliveryState
) -> None:
    add = claim(queue)
    retry_in = None if state is DeliveryState.FAILED else 60.0
    outcome = replace(refused("No"), state=state, retry_in=retry_in, in_doubt=state is DeliveryState.UNCLEAR)
    send(queue, add, outcome)
    amend(database, reference, clock(), "Ninety guests")
    assert queue.claim(8) == []
    update = rows(database)[1]
    assert (update.kind, update.state, update.next_attempt_at) == ("update", "queued", None)


def test_retrying_a_failed_enquiry_releases_its_amendment(
    database: Database, queue: DeliveryQueue, reference: str, clock: Clock
) -> None:
    send(queue, claim(queue), refused("No"))
    amend(database, reference, clock(), "Ninety guests")
    add, update = Requeuer(database).retry(reference)
    assert (add.waits, update.waits) == (False, True)
    send(queue, claim(queue), delivered())
    assert claim(queue).kind is DeliveryKind.UPDATE


def test_amendments_are_sent_one_after_another(
    database: Database, queue: DeliveryQueue, reference: str, clock: Clock
) -> None:
    amend_twice(database, reference, clock())
    send(queue, claim(queue), delivered())
    first = claim(queue)
    assert enquiry_of(first).answers.message == "Ninety guests"
    assert queue.claim(8) == []
    send(queue, first, delivered())
    second = claim(queue)
    assert enquiry_of(second).answers.message == "A hundred guests"
    assert second.amendment_base is not None
    assert [version.answers.message for version in versions_of(second)][-1] == "Ninety guests"


def test_an_amendment_builds_on_delivered_versions_only(
    database: Database, queue: DeliveryQueue, reference: str, clock: Clock
) -> None:
    amend_twice(database, reference, clock())
    deliver_and_refuse(queue)
    second = claim(queue)
    assert second.amendment_base is not None
    assert [version.answers.message for version in versions_of(second)] == ["A wedding\nfor eighty."]


def test_an_amendment_retried_after_a_later_one_is_superseded(
    database: Database, queue: DeliveryQueue, reference: str, clock: Clock
) -> None:
    amend_twice(database, reference, clock())
    deliver_and_refuse(queue)
    later = claim(queue)
    (retried,) = [requeued for requeued in Requeuer(database).retry(reference) if requeued.after is not None]
    assert retried.waits
    assert queue.claim(8) == []
    send(queue, later, delivered())
    again = claim(queue)
    assert enquiry_of(again).answers.message == "Ninety guests"
    assert again.amendment_base is not None
    assert again.amendment_base.is_superseded


def test_a_retry_does_not_overtake_the_amendment_that_is_due(
    database: Database, queue: DeliveryQueue, reference: str, clock: Clock
) -> None:
    amend_twice(database, reference, clock())
    deliver_and_refuse(queue)
    _, first, second = Requeuer(database).retry(reference)
    assert (first.waits, second.waits) == (True, False)
    send(queue, claim(queue), delivered())
    again = claim(queue)
    assert again.amendment_base is not None
    assert again.amendment_base.is_superseded


def test_the_same_amendment_twice_is_stored_once(database: Database, reference: str, clock: Clock) -> None:
    amend(database, reference, clock(), "Ninety guests")
    amend(database, reference, clock(), "Ninety guests")
    assert [row.kind for row in rows(database)] == ["add", "update"]


def test_find_returns_the_last_version_and_show_every_version(
    database: Database, reference: str, clock: Clock
) -> None:
    amend_twice(database, reference, clock())
    found = EnquiryStore(database).find(reference)
    assert found is not None
    assert (found.answers.message, found.changed_at) == ("A hundred guests", clock())
    record = DeliveryQueries(database).show(reference)
    assert record is not None
    assert record.enquiry.answers.message == "A wedding\nfor eighty."
    assert [amendment.answers.message for amendment in record.amendments] == [
        "Ninety guests",
        "A hundred guests",
    ]


def test_an_amendment_stored_during_delivery_is_never_overlooked(
    database: Database, queue: DeliveryQueue, clock: Clock
) -> None:
    for number in range(15):
        reference = accept(database, clock())
        add = claim(queue)
        queue.begin_sending(add, {})
        together = threading.Barrier(2)

        def change(reference: str = reference, together: threading.Barrier = together) -> None:
            together.wait()
            amend(database, reference, clock(), "Changed")

        visitor = threading.Thread(target=change)
        visitor.start()
        together.wait()
        queue.record(add, delivered(number + 1))
        visitor.join()
        update = claim(queue)
        assert (update.reference, update.kind) == (reference, DeliveryKind.UPDATE)
        send(queue, update, delivered(number + 1))
