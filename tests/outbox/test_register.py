"""What people are shown of the outbox."""

from tests.conftest import Clock
from tests.enquiries import an_enquiry
from webapp.enquiry import DeliveryState, new_reference
from webapp.outbox.database import Database
from webapp.outbox.queue import DeliveryQueue, Outcome
from webapp.outbox.register import Filter, Register
from webapp.outbox.store import EnquiryStore, Submission


def accept(database: Database, clock: Clock, form: str = "weddings") -> str:
    reference = EnquiryStore(database).accept(
        an_enquiry(clock(), form), Submission(new_reference(), "digest")
    )
    clock.advance(60)
    return reference.reference


def test_the_newest_delivery_is_listed_first(database: Database, clock: Clock) -> None:
    references = [accept(database, clock) for _ in range(3)]
    assert [row.reference for row in Register(database).list(Filter())] == references[::-1]


def test_a_list_is_no_longer_than_its_limit(database: Database, clock: Clock) -> None:
    references = [accept(database, clock) for _ in range(3)]
    assert [row.reference for row in Register(database).list(Filter(limit=1))] == references[2:]


def test_a_list_can_be_narrowed_by_form_state_and_date(database: Database, clock: Clock) -> None:
    register = Register(database)
    accept(database, clock, "short")
    since = clock()
    wanted = accept(database, clock, "short")
    accept(database, clock, "weddings")
    assert [row.reference for row in register.list(Filter(form="short", since=since))] == [wanted]
    assert register.list(Filter(state=DeliveryState.FAILED)) == []
    assert len(register.list(Filter(state=DeliveryState.QUEUED))) == 3


def test_a_delivery_that_is_being_sent_has_no_next_attempt_yet(database: Database, clock: Clock) -> None:
    accept(database, clock)
    (waiting,) = Register(database).list(Filter())
    assert waiting.next_attempt_at is not None
    DeliveryQueue(database, 120).claim(clock(), 1)
    (sending,) = Register(database).list(Filter())
    assert (sending.state, sending.next_attempt_at) == ("sending", None)


def test_an_enquiry_is_shown_whole_with_every_attempt(database: Database, clock: Clock) -> None:
    reference = accept(database, clock)
    queue = DeliveryQueue(database, 120)
    (claim,) = queue.claim(clock(), 1)
    queue.record(
        claim, Outcome(DeliveryState.QUEUED, "not accepted", due_at=clock(), message="Busy"), clock()
    )
    (claim,) = queue.claim(clock(), 1)
    record = Register(database).show(reference)
    assert record is not None
    ((delivery, history),) = record.deliveries
    assert record.enquiry.reference == reference
    assert delivery.attempts == 2
    assert [(each.outcome, each.message) for each in history] == [("not accepted", "Busy"), (None, None)]


def test_an_unknown_reference_shows_nothing(database: Database) -> None:
    assert Register(database).show(new_reference()) is None
