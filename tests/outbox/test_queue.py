"""Claims: one holder at a time, by a lease; whoever lost it changes nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import Clock
from tests.enquiries import an_enquiry
from webapp.enquiry import DeliveryState
from webapp.outbox.database import Database
from webapp.outbox.queue import Action, Claim, DeliveryQueue, Outcome
from webapp.outbox.store import EnquiryStore, Submission
from webapp.outbox.tables import attempts, deliveries

LEASE = 120


@pytest.fixture
def queue(database: Database) -> DeliveryQueue:
    return DeliveryQueue(database, LEASE)


def accept(database: Database, clock: Clock, count: int = 1) -> list[str]:
    store = EnquiryStore(database)
    return [
        store.accept(an_enquiry(clock()), Submission(str(each), "digest")).reference for each in range(count)
    ]


def row(database: Database) -> dict[str, Any]:
    with database.reading() as connection:
        return dict(connection.execute(select(deliveries)).mappings().one())


def claim_one(queue: DeliveryQueue, clock: Clock) -> Claim:
    (claim,) = queue.claim(clock(), 10)
    return claim


def test_a_queued_delivery_is_claimed_for_sending(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    (reference,) = accept(database, clock)
    claim = claim_one(queue, clock)
    assert (claim.action, claim.state, claim.attempts) == (Action.SEND, DeliveryState.SENDING, 1)
    assert claim.request_date == clock()
    assert claim.enquiry().reference == reference


def test_a_claim_is_written_down_before_anything_is_sent(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    claim = claim_one(queue, clock)
    stored = row(database)
    assert (stored["state"], stored["lease"], stored["request_date"]) == ("sending", claim.lease, clock())


def test_what_is_claimed_is_not_due_to_anybody_else(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    assert queue.has_due(clock())
    claim_one(queue, clock)
    assert not queue.has_due(clock())
    assert queue.claim(clock(), 10) == []


def test_many_workers_never_claim_the_same_delivery(database: Database, clock: Clock) -> None:
    references = accept(database, clock, 40)
    barrier = threading.Barrier(4)

    def work(_: int) -> list[str]:
        queue = DeliveryQueue(database, LEASE)
        barrier.wait()
        mine: list[str] = []
        while claims := queue.claim(clock(), 3):
            mine += [claim.enquiry().reference for claim in claims]
        return mine

    with ThreadPoolExecutor(4) as pool:
        claimed = [reference for each in pool.map(work, range(4)) for reference in each]
    assert sorted(claimed) == sorted(references)


def test_the_longest_due_is_claimed_first(queue: DeliveryQueue, database: Database, clock: Clock) -> None:
    references = []
    for each in range(3):
        store = EnquiryStore(database)
        references.append(store.accept(an_enquiry(clock()), Submission(str(each), "digest")).reference)
        clock.advance(1)
    assert [claim.enquiry().reference for claim in queue.claim(clock(), 2)] == references[:2]


def test_a_delivered_one_is_never_due_again(queue: DeliveryQueue, database: Database, clock: Clock) -> None:
    accept(database, clock)
    claim = claim_one(queue, clock)
    assert queue.record(claim, Outcome(DeliveryState.DELIVERED, "delivered", opportunity_id=755), clock())
    clock.advance(10 * LEASE)
    assert queue.claim(clock(), 10) == []
    stored = row(database)
    assert (stored["state"], stored["opportunity_id"], stored["due_at"]) == ("delivered", 755, None)


def test_a_send_whose_worker_died_is_looked_for_and_not_sent_again(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    first = claim_one(queue, clock)
    clock.advance(LEASE)
    second = claim_one(queue, clock)
    assert (second.action, second.state) == (Action.LOOK, DeliveryState.UNCLEAR)
    assert second.request_date == first.request_date


def test_whoever_lost_the_lease_changes_nothing(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    slept = claim_one(queue, clock)
    clock.advance(LEASE)
    holder = claim_one(queue, clock)
    assert not queue.record(slept, Outcome(DeliveryState.DELIVERED, "delivered", opportunity_id=1), clock())
    assert row(database)["opportunity_id"] is None
    assert queue.record(holder, Outcome(DeliveryState.DELIVERED, "delivered", opportunity_id=2), clock())
    assert row(database)["opportunity_id"] == 2


def test_an_attempt_keeps_what_came_of_it_and_the_platforms_words(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    claim = claim_one(queue, clock)
    clock.advance(2)
    queue.record(
        claim,
        Outcome(DeliveryState.FAILED, "refused", message="No.", http_status=400, specific_code=24224),
        clock(),
    )
    with database.reading() as connection:
        (attempt,) = connection.execute(select(attempts)).mappings()
    assert (attempt["outcome"], attempt["message"]) == ("refused", "No.")
    assert (attempt["http_status"], attempt["specific_code"]) == (400, 24224)
    assert (attempt["finished_at"] - attempt["started_at"]).total_seconds() == 2


def test_an_attempt_that_is_not_charged_does_not_count(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    claim = claim_one(queue, clock)
    queue.record(claim, Outcome(DeliveryState.QUEUED, "paused", due_at=clock(), charged=False), clock())
    assert row(database)["attempts"] == 0
