"""An unknown venue is never taken as proof that the opportunity is absent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.support.clock import Clock
from tests.support.enquiries import an_enquiry
from tests.support.harness import Venue, form_text
from webapp.delivery.current_forms import CurrentForms, UnmappableEnquiryError
from webapp.enquiry import Answer
from webapp.formfile.reader import read_forms
from webapp.outbox.amendments import AmendmentBase
from webapp.outbox.queries import DeliveryRow
from webapp.outbox.requeue import Requeuer
from webapp.outbox.tables import amendments, attempts, deliveries, enquiries

UNCLEAR_WAIT = 330.0


def states(venue: Venue) -> list[str]:
    return [delivery.state for delivery in venue.deliveries()]


def last(venue: Venue) -> DeliveryRow:
    return venue.deliveries()[-1]


def is_in_doubt(venue: Venue) -> bool:
    with venue.database.reading() as connection:
        query = select(deliveries.c.request_date).order_by(deliveries.c.id.desc()).limit(1)
        return connection.execute(query).scalar() is not None


def forget_requests(venue: Venue, instead: dict[str, Any] | None = None) -> None:
    with venue.database.writing() as connection:
        connection.execute(update(attempts).values(request=instead))


def receive_and_lose_the_request(venue: Venue) -> None:
    venue.receive()
    venue.sandbox.faults.lose_next_request()
    venue.forward()
    assert states(venue) == ["unclear"]


def test_an_enquiry_without_a_known_venue_fails_and_stays_in_doubt(venue: Venue, clock: Clock) -> None:
    receive_and_lose_the_request(venue)
    forget_requests(venue)
    venue.file.write_text(form_text(slug="other"), encoding="utf-8")
    clock.advance(UNCLEAR_WAIT)
    venue.forward()
    assert (states(venue), is_in_doubt(venue), venue.received()) == (["failed"], True, [])
    assert "add it again, then retry" in (last(venue).last_error or "")


def test_a_request_that_names_no_venue_fails_and_stays_in_doubt(venue: Venue, clock: Clock) -> None:
    receive_and_lose_the_request(venue)
    forget_requests(venue, {"name": "Ada"})
    clock.advance(UNCLEAR_WAIT)
    venue.forward()
    assert (states(venue), is_in_doubt(venue), venue.received()) == (["failed"], True, [])
    assert "The venue that was sent is not known" in (last(venue).last_error or "")


def test_a_retry_looks_it_up_once_the_venue_is_known_again(venue: Venue, clock: Clock) -> None:
    venue.receive()
    venue.sandbox.faults.lose_next_answer()
    venue.sandbox.faults.next(503, action="getOpportunityList")
    venue.forward()
    forget_requests(venue)
    venue.file.write_text(form_text(slug="other"), encoding="utf-8")
    clock.advance(UNCLEAR_WAIT)
    venue.forward()
    assert states(venue) == ["failed"]
    venue.file.write_text(form_text(), encoding="utf-8")
    Requeuer(venue.database).retry_failed()
    venue.forward()
    assert (states(venue), len(venue.received())) == (["delivered"], 1)


def test_an_amendment_without_a_known_venue_fails_and_stays_in_doubt(venue: Venue, clock: Clock) -> None:
    receipt = venue.receive(message="Hello")
    venue.forward()
    assert venue.change(receipt, message="Hello again").status_code == 303
    venue.sandbox.faults.lose_next_request()
    venue.forward()
    assert states(venue) == ["delivered", "unclear"]
    forget_requests(venue)
    with venue.database.writing() as connection:
        # It no longer changes anything, so a request built now would not name a venue either.
        first = select(enquiries.c.content).scalar_subquery()
        connection.execute(update(amendments).values(content=first))
    clock.advance(UNCLEAR_WAIT)
    venue.forward()
    assert (states(venue), is_in_doubt(venue)) == (["delivered", "failed"], True)
    assert "The venue that was sent is not known" in (last(venue).last_error or "")


def test_no_update_is_built_for_an_unknown_venue(venue: Venue, clock: Clock) -> None:
    place = {"value": 107, "label": "Harbour Hall"}
    venue.open(form_text({"venueId": None}, {"kind": "select", "to": "venueId", "options": [place]}))
    first = an_enquiry(clock(), "form")
    answer = Answer("What is asked?", 107, "Harbour Hall")
    changed = replace(first, answers=replace(first.answers, questions={"asked": answer}))
    base = AmendmentBase(755, added_request=None, versions=(first,), in_doubt=(), is_superseded=False)
    with pytest.raises(UnmappableEnquiryError, match="venue"):
        CurrentForms(lambda: read_forms(venue.file)).build_update(changed, base)
