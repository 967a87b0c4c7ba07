"""People queue deliveries again, while workers are at work."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.conftest import Clock
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


def test_what_failed_is_queued_again_and_its_attempts_count_afresh(
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


def test_what_failed_in_doubt_is_looked_for_before_it_is_sent_again(
    database: Database, reference: str
) -> None:
    queue = queue_of(database)
    (claim,) = queue.claim(1)
    queue.begin_sending(claim, {"venueId": 107})
    queue.record(claim, refused("Gave up", in_doubt=True))
    (requeued,) = Requeuer(database).retry(reference)
    assert requeued.after is DeliveryState.UNCLEAR
    (claim,) = queue.claim(1)
    assert (claim.action, claim.sent) == (Action.RECONCILE, {"venueId": 107})


def test_what_waits_for_its_next_attempt_is_due_at_once(
    database: Database, clock: Clock, reference: str
) -> None:
    queue = queue_of(database)
    queue.record(queue.claim(1)[0], busy(again_in=3600))
    (requeued,) = Requeuer(database).retry(reference)
    assert requeued.after is DeliveryState.QUEUED
    assert row(database)["due_at"] == clock()


def test_what_a_worker_is_sending_is_left_to_it(database: Database, reference: str) -> None:
    queue = queue_of(database)
    (claim,) = queue.claim(1)
    assert Requeuer(database).retry(reference) == [Requeued(reference, DeliveryState.SENDING, None, None)]
    queue.record(claim, delivered())
    assert row(database)["state"] == "delivered"


def test_what_is_delivered_is_never_sent_again(database: Database, reference: str) -> None:
    queue = queue_of(database)
    queue.record(queue.claim(1)[0], delivered(755))
    assert Requeuer(database).retry(reference) == [Requeued(reference, DeliveryState.DELIVERED, None, 755)]
    assert Requeuer(database).retry_failed() == []
    assert queue.claim(1) == []


def test_retry_clicked_twice_at_once_queues_once(database: Database, reference: str) -> None:
    queue = queue_of(database)
    queue.record(queue.claim(1)[0], refused("No."))
    with ThreadPoolExecutor(4) as pool:
        clicks = [pool.submit(Requeuer(database).retry, reference) for _ in range(4)]
    befores = sorted(click.result()[0].before for click in clicks)
    assert befores == ["failed", "queued", "queued", "queued"]
    assert len(queue.claim(10)) == 1


def test_every_failed_delivery_is_queued_again_and_nothing_else(database: Database, clock: Clock) -> None:
    failing = {accept(database, clock()) for _ in range(3)}
    queue = queue_of(database)
    for claim in queue.claim(3):
        queue.record(claim, refused("No."))
    waiting = accept(database, clock())
    assert {each.reference for each in Requeuer(database).retry_failed()} == failing
    assert {claim.reference for claim in queue.claim(10)} == failing | {waiting}


def test_what_is_held_goes_only_when_it_is_released(database: Database, reference: str) -> None:
    with database.writing() as connection:
        connection.execute(update(deliveries).values(state=DeliveryState.HELD, due_at=None))
    requeue, queue = Requeuer(database), queue_of(database)
    assert requeue.retry(reference)[0].after is None
    assert queue.claim(1) == []
    assert requeue.release(reference)[0].after is DeliveryState.QUEUED
    assert [claim.reference for claim in queue.claim(1)] == [reference]


def test_what_is_not_held_is_not_touched_by_a_release(database: Database, reference: str) -> None:
    queue = queue_of(database)
    queue.record(queue.claim(1)[0], refused("No."))
    assert Requeuer(database).release(reference) == [Requeued(reference, DeliveryState.FAILED, None, None)]
    assert row(database)["state"] == "failed"


def test_an_unknown_reference_changes_nothing(database: Database) -> None:
    assert Requeuer(database).retry(new_reference()) == []
    assert Requeuer(database).release(new_reference()) == []
