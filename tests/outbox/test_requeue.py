"""People requeue deliveries while workers are running."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.support.clock import Clock
from tests.support.enquiries import accept, busy, delivered, queue_of, refused
from webapp.enquiry import DeliveryState, new_reference
from webapp.outbox.claim import Action
from webapp.outbox.database import Database
from webapp.outbox.requeue import Requeued, Requeuer
from webapp.outbox.tables import deliveries


def row(database: Database) -> dict[str, Any]:
    with database.reading() as connection:
        return dict(connection.execute(select(deliveries)).mappings().one())


@pytest.fixture
def reference(database: Database, clock: Clock) -> str:
    return accept(database, clock())


def test_a_failed_delivery_is_requeued_with_its_attempts_reset(
    database: Database, clock: Clock, reference: str
) -> None:
    queue = queue_of(database)
    queue.record(queue.claim(1)[0], refused("No."))
    clock.advance(60)
    assert Requeuer(database).retry(reference) == [
        Requeued(reference, DeliveryState.FAILED, DeliveryState.QUEUED, None)
    ]
    again = row(database)
    assert (again["state"], again["due_at"], again["attempts"]) == ("queued", clock(), 0)
    (claim,) = queue.claim(1)
    assert (claim.action, claim.attempts, claim.first_tried_at) == (Action.SEND, 1, clock())


def test_a_delivery_that_failed_in_doubt_is_looked_up_first(database: Database, reference: str) -> None:
    queue = queue_of(database)
    (claim,) = queue.claim(1)
    queue.begin_sending(claim, {"venueId": 107})
    queue.record(claim, refused("Gave up", in_doubt=True))
    (requeued,) = Requeuer(database).retry(reference)
    assert requeued.after is DeliveryState.UNCLEAR
    (claim,) = queue.claim(1)
    assert (claim.action, claim.sent) == (Action.RECONCILE, {"venueId": 107})


def test_a_retry_makes_a_waiting_delivery_due_at_once(
    database: Database, clock: Clock, reference: str
) -> None:
    queue = queue_of(database)
    queue.record(queue.claim(1)[0], busy(again_in=3600))
    (requeued,) = Requeuer(database).retry(reference)
    assert requeued.after is DeliveryState.QUEUED
    assert row(database)["due_at"] == clock()


def test_a_delivery_being_sent_is_left_alone(database: Database, reference: str) -> None:
    queue = queue_of(database)
    (claim,) = queue.claim(1)
    assert Requeuer(database).retry(reference) == [Requeued(reference, DeliveryState.SENDING, None, None)]
    queue.record(claim, delivered())
    assert row(database)["state"] == "delivered"


def test_a_delivered_enquiry_is_never_sent_again(database: Database, reference: str) -> None:
    queue = queue_of(database)
    queue.record(queue.claim(1)[0], delivered(755))
    assert Requeuer(database).retry(reference) == [Requeued(reference, DeliveryState.DELIVERED, None, 755)]
    assert Requeuer(database).retry_failed() == []
    assert queue.claim(1) == []


def test_two_simultaneous_retries_queue_once(database: Database, reference: str) -> None:
    queue = queue_of(database)
    queue.record(queue.claim(1)[0], refused("No."))
    with ThreadPoolExecutor(4) as pool:
        clicks = [pool.submit(Requeuer(database).retry, reference) for _ in range(4)]
    befores = sorted(click.result()[0].before for click in clicks)
    assert befores == ["failed", "queued", "queued", "queued"]
    assert len(queue.claim(10)) == 1


def test_a_retry_by_state_requeues_failed_deliveries_only(database: Database, clock: Clock) -> None:
    failing = {accept(database, clock()) for _ in range(3)}
    queue = queue_of(database)
    for claim in queue.claim(3):
        queue.record(claim, refused("No."))
    waiting = accept(database, clock())
    assert {requeued.reference for requeued in Requeuer(database).retry_failed()} == failing
    assert {claim.reference for claim in queue.claim(10)} == failing | {waiting}


def test_a_held_delivery_waits_for_its_release(database: Database, reference: str) -> None:
    with database.writing() as connection:
        connection.execute(update(deliveries).values(state=DeliveryState.HELD, due_at=None))
    requeue, queue = Requeuer(database), queue_of(database)
    assert requeue.retry(reference)[0].after is None
    assert queue.claim(1) == []
    assert requeue.release(reference)[0].after is DeliveryState.QUEUED
    assert [claim.reference for claim in queue.claim(1)] == [reference]


def test_a_release_touches_held_deliveries_only(database: Database, reference: str) -> None:
    queue = queue_of(database)
    queue.record(queue.claim(1)[0], refused("No."))
    assert Requeuer(database).release(reference) == [Requeued(reference, DeliveryState.FAILED, None, None)]
    assert row(database)["state"] == "failed"


def test_an_unknown_reference_changes_nothing(database: Database) -> None:
    assert Requeuer(database).retry(new_reference()) == []
    assert Requeuer(database).release(new_reference()) == []
