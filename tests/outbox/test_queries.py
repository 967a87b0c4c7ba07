"""The rows that the leads commands show."""

from tests.support.clock import Clock
from tests.support.enquiries import accept, busy, queue_of, revoked
from webapp.enquiry import DeliveryState, new_reference
from webapp.outbox.database import Database
from webapp.outbox.queries import DeliveryQueries, Filter, Pause


def accept_one(database: Database, clock: Clock, form: str = "weddings") -> str:
    reference = accept(database, clock(), form)
    clock.advance(60)
    return reference


def test_the_newest_delivery_is_listed_first(database: Database, clock: Clock) -> None:
    references = [accept_one(database, clock) for _ in range(3)]
    assert [row.reference for row in DeliveryQueries(database).list(Filter())] == references[::-1]


def test_a_list_is_no_longer_than_its_limit(database: Database, clock: Clock) -> None:
    references = [accept_one(database, clock) for _ in range(3)]
    assert [row.reference for row in DeliveryQueries(database).list(Filter(limit=1))] == references[2:]


def test_a_list_can_be_narrowed_by_form_state_and_date(database: Database, clock: Clock) -> None:
    queries = DeliveryQueries(database)
    accept_one(database, clock, "short")
    since = clock()
    wanted = accept_one(database, clock, "short")
    accept_one(database, clock, "weddings")
    assert [row.reference for row in queries.list(Filter(form="short", since=since))] == [wanted]
    assert queries.list(Filter(state=DeliveryState.FAILED)) == []
    assert len(queries.list(Filter(state=DeliveryState.QUEUED))) == 3


def test_a_delivery_that_is_being_sent_has_no_next_attempt_yet(database: Database, clock: Clock) -> None:
    accept_one(database, clock)
    (waiting,) = DeliveryQueries(database).list(Filter())
    assert waiting.next_attempt_at is not None
    queue_of(database).claim(1)
    (sending,) = DeliveryQueries(database).list(Filter())
    assert (sending.state, sending.next_attempt_at) == ("sending", None)


def test_an_enquiry_is_shown_in_full_with_every_attempt(database: Database, clock: Clock) -> None:
    reference = accept_one(database, clock)
    queue = queue_of(database)
    (claim,) = queue.claim(1)
    queue.record(claim, busy())
    (claim,) = queue.claim(1)
    record = DeliveryQueries(database).show(reference)
    assert record is not None
    ((delivery, history),) = record.deliveries
    assert record.enquiry.reference == reference
    assert delivery.attempts == 2
    assert [(attempt.outcome, attempt.message) for attempt in history] == [
        ("not accepted", "Busy"),
        (None, None),
    ]


def test_an_unknown_reference_shows_nothing(database: Database) -> None:
    assert DeliveryQueries(database).show(new_reference()) is None


def test_a_pause_has_its_reason_and_start(database: Database, clock: Clock) -> None:
    accept_one(database, clock)
    queries, queue = DeliveryQueries(database), queue_of(database)
    assert queries.pause() is None
    (claim,) = queue.claim(1)
    queue.record(claim, revoked())
    assert queries.pause() == Pause(clock(), "Revoked")
