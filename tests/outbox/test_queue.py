"""Claims: a lease gives a delivery one holder, and whoever lost it changes nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from sqlalchemy import select

from tests.support.clock import Clock
from tests.support.enquiries import LEASE, an_enquiry, delivered, enquiry_of, queue_of
from tests.support.query_plans import plan_of_claim
from webapp.enquiry import DeliveryState, ImpossibleTransitionError, OutcomeKind
from webapp.outbox.breaker import PlatformHealth
from webapp.outbox.claim import Action, Claim, LeaseLostError, Outcome
from webapp.outbox.database import Database
from webapp.outbox.queue import DeliveryQueue
from webapp.outbox.store import EnquiryStore, Submission
from webapp.outbox.tables import attempts, deliveries


@pytest.fixture
def queue(database: Database) -> DeliveryQueue:
    return queue_of(database)


def accept(database: Database, clock: Clock, count: int = 1) -> list[str]:
    store = EnquiryStore(database)
    return [
        store.accept(an_enquiry(clock()), Submission(str(number), "digest")).reference
        for number in range(count)
    ]


def row(database: Database) -> dict[str, Any]:
    with database.reading() as connection:
        return dict(connection.execute(select(deliveries)).mappings().one())


def claim_one(queue: DeliveryQueue) -> Claim:
    (claim,) = queue.claim(10)
    return claim


def claim_twice(queue: DeliveryQueue, database: Database, clock: Clock) -> tuple[Claim, Claim]:
    """Store an enquiry; return the claim whose lease expired, and the one after it."""
    accept(database, clock)
    slept = claim_one(queue)
    clock.advance(LEASE)
    return slept, claim_one(queue)


def test_a_queued_delivery_is_claimed_for_sending(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    (reference,) = accept(database, clock)
    claim = claim_one(queue)
    assert (claim.action, claim.state, claim.attempts) == (Action.SEND, DeliveryState.SENDING, 1)
    assert (claim.reference, enquiry_of(claim).reference) == (reference, reference)


def test_a_send_is_recorded_before_anything_leaves(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    claim = claim_one(queue)
    clock.advance(3)
    assert queue.begin_sending(claim, {"venueId": 107}) == clock()
    stored = row(database)
    assert (stored["state"], stored["lease"], stored["request_date"]) == (
        "sending",
        claim.lease_token,
        clock(),
    )
    with database.reading() as connection:
        assert connection.execute(select(attempts.c.request)).scalar_one() == {"venueId": 107}


def test_a_claimed_delivery_is_due_to_nobody_else(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    assert queue.has_due()
    claim_one(queue)
    assert not queue.has_due()
    assert queue.claim(10) == []


def test_many_workers_never_claim_the_same_delivery(database: Database, clock: Clock) -> None:
    references = accept(database, clock, 40)
    barrier = threading.Barrier(4)

    def work(_: int) -> list[str]:
        queue = queue_of(database)
        barrier.wait()
        mine: list[str] = []
        while claims := queue.claim(3):
            mine += [enquiry_of(claim).reference for claim in claims]
        return mine

    with ThreadPoolExecutor(4) as pool:
        claimed = [reference for claims in pool.map(work, range(4)) for reference in claims]
    assert sorted(claimed) == sorted(references)


def test_the_longest_due_and_the_newest_are_claimed_in_turn(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    references = []
    for number in range(6):
        store = EnquiryStore(database)
        references.append(store.accept(an_enquiry(clock()), Submission(str(number), "digest")).reference)
        clock.advance(1)
    claimed = [{claim.reference for claim in queue.claim(2)} for _ in range(3)]
    assert claimed == [set(references[:2]), set(references[4:]), set(references[2:4])]


def test_a_delivered_enquiry_is_never_due_again(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    queue.record(claim_one(queue), delivered())
    clock.advance(10 * LEASE)
    assert queue.claim(10) == []
    stored = row(database)
    assert (stored["state"], stored["opportunity_id"], stored["due_at"]) == ("delivered", 755, None)


def test_a_send_whose_worker_died_is_looked_up_where_it_was_sent(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    date = queue.begin_sending(claim_one(queue), {"venueId": 107})
    clock.advance(LEASE)
    second = claim_one(queue)
    assert (second.action, second.state, second.attempts) == (Action.RECONCILE, DeliveryState.UNCLEAR, 1)
    assert (second.request_date, second.sent) == (date, {"venueId": 107})


def test_a_delivery_whose_worker_died_unsent_counts_one_attempt(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    first, second = claim_twice(queue, database, clock)
    assert (second.action, second.state, second.attempts) == (Action.SEND, DeliveryState.SENDING, 1)
    assert second.lease_token != first.lease_token


def test_a_worker_without_the_lease_may_not_send(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    slept, holder = claim_twice(queue, database, clock)
    with pytest.raises(LeaseLostError):
        queue.begin_sending(slept, {"venueId": 107})
    assert row(database)["request_date"] is None
    queue.begin_sending(holder, {"venueId": 107})
    assert row(database)["request_date"] == clock()


def test_a_worker_without_the_lease_changes_nothing(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    slept, holder = claim_twice(queue, database, clock)
    with pytest.raises(LeaseLostError):
        queue.record(slept, delivered(1))
    assert row(database)["opportunity_id"] is None
    queue.record(holder, delivered(2))
    assert row(database)["opportunity_id"] == 2


def test_an_outcome_against_the_state_machine_is_not_recorded(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    with pytest.raises(ImpossibleTransitionError, match="sending cannot become held"):
        queue.record(
            claim_one(queue), Outcome(DeliveryState.HELD, OutcomeKind.REFUSED, PlatformHealth.UNKNOWN)
        )
    assert row(database)["state"] == "sending"


def test_an_attempt_keeps_its_outcome_and_the_platforms_message(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    claim = claim_one(queue)
    clock.advance(2)
    refused = Outcome(
        DeliveryState.FAILED,
        OutcomeKind.REFUSED,
        PlatformHealth.WORKING,
        message="No.",
        http_status=400,
        specific_code=24224,
    )
    queue.record(claim, refused)
    with database.reading() as connection:
        (attempt,) = connection.execute(select(attempts)).mappings()
    assert (attempt["outcome"], attempt["message"]) == ("refused", "No.")
    assert (attempt["http_status"], attempt["specific_code"]) == (400, 24224)
    assert (attempt["finished_at"] - attempt["started_at"]).total_seconds() == 2


def test_an_attempt_can_be_recorded_without_counting(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    paused = Outcome(
        DeliveryState.QUEUED, OutcomeKind.PAUSED, PlatformHealth.UNKNOWN, retry_in=0, counts_as_attempt=False
    )
    queue.record(claim_one(queue), paused)
    assert (row(database)["attempts"], row(database)["tried_since"]) == (0, None)


UNSTORABLE: Final[dict[str, dict[str, Any]]] = {
    "a code that no column holds": {"specific_code": 10**30},
    "a status that no column holds": {"http_status": -(10**30)},
    "half a surrogate pair": {"message": "\ud800"},
    "a time that is not a number": {"retry_in": float("nan")},
    "an infinite time": {"retry_in": float("inf")},
    "a time before the calendar": {"retry_in": -1e12},
}


@pytest.mark.parametrize("values", [pytest.param(values, id=name) for name, values in UNSTORABLE.items()])
def test_an_unstorable_outcome_is_recorded_without_its_details(
    values: dict[str, Any], queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    outcome = Outcome(
        DeliveryState.UNCLEAR,
        OutcomeKind.UNCLEAR,
        PlatformHealth.FAILING,
        in_doubt=True,
        **{"retry_in": 0, **values},
    )
    queue.record(claim_one(queue), outcome)
    stored = row(database)
    assert (stored["state"], stored["lease"]) == ("unclear", None)
    assert stored["last_error"] == "What came of it could not be stored as it was answered"
    assert stored["due_at"] >= clock()


@pytest.mark.engines("postgresql")  # SQLite stores both
@pytest.mark.parametrize("values", [{"message": "a\x00b"}, {"specific_code": 2**31}], ids=str)
def test_values_postgresql_cannot_store_are_left_out(
    values: dict[str, Any], queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    queue.record(
        claim_one(queue), Outcome(DeliveryState.FAILED, OutcomeKind.REFUSED, PlatformHealth.WORKING, **values)
    )
    assert (row(database)["state"], row(database)["due_at"]) == ("failed", None)


def test_first_tried_at_is_the_first_attempt_that_counts(
    queue: DeliveryQueue, database: Database, clock: Clock
) -> None:
    accept(database, clock)
    clock.advance(1000)
    began = clock()
    for _ in range(3):
        queue.record(
            claim_one(queue),
            Outcome(DeliveryState.QUEUED, OutcomeKind.NOT_ACCEPTED, PlatformHealth.UNKNOWN, retry_in=60),
        )
        clock.advance(60)
    assert (row(database)["attempts"], row(database)["tried_since"]) == (3, began)


def test_a_claim_uses_the_index_and_sorts_nothing(database: Database, clock: Clock) -> None:
    store = EnquiryStore(database)
    for number in range(300):
        store.accept(an_enquiry(clock()), Submission(str(number), "digest"))
    with database.writing() as connection:
        connection.exec_driver_sql("ANALYZE")
    plan = "\n".join(plan_of_claim(database))
    assert "ix_deliveries_due" in plan, plan
    assert "sort" not in plan.lower(), plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Seq Scan on deliveries" not in plan, plan
    assert "SCAN deliveries\n" not in f"{plan}\n", plan
