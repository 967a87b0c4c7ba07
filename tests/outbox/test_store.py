"""Accepting enquiries: once, completely, with their delivery."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, insert, select, update

from tests.support.clock import Clock
from tests.support.enquiries import an_enquiry
from webapp.enquiry import DeliveryState, new_reference
from webapp.outbox.database import Database
from webapp.outbox.serialization import UnreadableContentError
from webapp.outbox.store import EnquiryStore, Submission
from webapp.outbox.tables import deliveries, enquiries

SUBMISSION = Submission("key", "digest")


def counts(database: Database) -> tuple[int, int]:
    with database.reading() as connection:
        enquiry_count = connection.execute(select(func.count()).select_from(enquiries)).scalar_one()
        delivery_count = connection.execute(select(func.count()).select_from(deliveries)).scalar_one()
    return enquiry_count, delivery_count


def test_an_accepted_enquiry_is_read_back_unchanged(database: Database, clock: Clock) -> None:
    store = EnquiryStore(database)
    enquiry = an_enquiry(clock())
    store.accept(enquiry, SUBMISSION)
    assert store.find(enquiry.reference) == enquiry


def test_an_accepted_enquiry_is_queued_for_delivery_at_once(database: Database, clock: Clock) -> None:
    EnquiryStore(database).accept(an_enquiry(clock()), SUBMISSION)
    with database.reading() as connection:
        (row,) = connection.execute(select(deliveries)).mappings()
    assert (row["kind"], row["state"], row["due_at"]) == ("add", DeliveryState.QUEUED, clock())


def test_an_enquiry_is_not_stored_without_its_delivery(database: Database, clock: Clock) -> None:
    store = EnquiryStore(database)
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE deliveries RENAME TO away")
    with pytest.raises(Exception, match="deliveries"):
        store.accept(an_enquiry(clock()), SUBMISSION)
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO deliveries")
    assert counts(database) == (0, 0)


def test_the_same_submission_again_is_the_same_enquiry(database: Database, clock: Clock) -> None:
    store = EnquiryStore(database)
    first = store.accept(an_enquiry(clock()), SUBMISSION)
    clock.advance(60)
    again = store.accept(an_enquiry(clock()), SUBMISSION)
    assert again == first
    assert counts(database) == (1, 1)


def test_other_content_under_the_same_key_is_another_enquiry(database: Database, clock: Clock) -> None:
    store = EnquiryStore(database)
    store.accept(an_enquiry(clock()), SUBMISSION)
    store.accept(an_enquiry(clock()), replace(SUBMISSION, content_digest="other"))
    assert counts(database) == (2, 2)


def test_a_double_click_from_many_threads_is_one_enquiry(database: Database, clock: Clock) -> None:
    store = EnquiryStore(database)
    barrier = threading.Barrier(8)

    def click(_: int) -> str:
        enquiry = an_enquiry(clock())
        barrier.wait()
        return store.accept(enquiry, SUBMISSION).reference

    with ThreadPoolExecutor(8) as pool:
        references = set(pool.map(click, range(8)))
    assert len(references) == 1
    assert counts(database) == (1, 1)


def test_a_taken_reference_is_replaced(database: Database, clock: Clock) -> None:
    store = EnquiryStore(database)
    first = store.accept(an_enquiry(clock()), SUBMISSION)
    clash = replace(an_enquiry(clock()), reference=first.reference)
    second = store.accept(clash, Submission("other", "digest"))
    assert second.reference != first.reference
    assert store.find(second.reference) == second


def test_an_unknown_reference_finds_nothing(database: Database) -> None:
    assert EnquiryStore(database).find(new_reference()) is None


def test_unreadable_content_raises_an_error_of_its_own(database: Database, clock: Clock) -> None:
    store = EnquiryStore(database)
    enquiry = store.accept(an_enquiry(clock()), SUBMISSION)
    with database.writing() as connection:
        connection.execute(update(enquiries).values(content={"answers": {"surprise": 1}}))
    with pytest.raises(UnreadableContentError):
        store.find(enquiry.reference)


def test_a_row_cannot_hold_an_unknown_state(database: Database, clock: Clock) -> None:
    EnquiryStore(database).accept(an_enquiry(clock()), SUBMISSION)
    with pytest.raises(Exception, match=r"ck_deliveries_state"), database.writing() as connection:
        connection.execute(
            insert(deliveries).values(enquiry_id=1, kind="add", state="lost", created_at=clock(), attempts=0)
        )
