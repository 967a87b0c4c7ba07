"""A document that a disk has damaged stops the delivery that needs it, and no other."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, text, update

from tests.support.clock import Clock
from tests.support.harness import Venue
from webapp.outbox.queries import DeliveryQueries
from webapp.outbox.requeue import Requeuer
from webapp.outbox.tables import attempts, enquiries

UNCLEAR_WAIT = 330.0

# PostgreSQL stores no damaged JSON.
pytestmark = pytest.mark.engines("sqlite")

DAMAGES = pytest.mark.parametrize(
    "damage",
    ["'{not json'", "CAST(x'7bff7d' AS TEXT)", "'[]'", f"'{'[' * 100_000}'"],
    ids=["not-json", "not-utf-8", "not-an-object", "too-deep"],
)


def spoil(venue: Venue, column: Column[Any], damage: str) -> None:
    """Damage a column of every row that has a value there."""
    with venue.database.writing() as connection:
        damaged = update(column.table).values({column: text(damage)})
        connection.execute(damaged.where(column.is_not(None)))


def states(venue: Venue) -> list[str]:
    return [delivery.state for delivery in venue.deliveries()]


def receive_and_lose_the_answer(venue: Venue) -> None:
    venue.receive()
    venue.sandbox.faults.lose_next_answer()
    venue.sandbox.faults.next(503, action="getOpportunityList")
    venue.forward()
    assert states(venue) == ["unclear"]


@DAMAGES
def test_a_damaged_enquiry_fails_alone(venue: Venue, damage: str) -> None:
    venue.receive()
    spoil(venue, enquiries.c.content, damage)
    venue.receive()
    venue.forward()
    assert states(venue) == ["failed", "delivered"]


@DAMAGES
def test_a_damaged_request_in_doubt_fails_alone(venue: Venue, clock: Clock, damage: str) -> None:
    receive_and_lose_the_answer(venue)
    spoil(venue, attempts.c.request, damage)
    venue.receive()
    clock.advance(UNCLEAR_WAIT)
    venue.forward()
    assert states(venue) == ["failed", "delivered"]
    assert "look for the reference on the platform" in (venue.deliveries()[0].last_error or "")


@DAMAGES
def test_a_retry_sends_nothing_without_the_request_in_doubt(venue: Venue, clock: Clock, damage: str) -> None:
    receive_and_lose_the_answer(venue)
    spoil(venue, attempts.c.request, damage)
    clock.advance(UNCLEAR_WAIT)
    venue.forward()
    Requeuer(venue.database).retry_failed()
    venue.forward()
    assert (states(venue), len(venue.received())) == (["failed"], 1)


@DAMAGES
def test_an_amendment_of_a_damaged_request_fails_alone(venue: Venue, damage: str) -> None:
    receipt = venue.receive(message="Hello")
    venue.forward()
    spoil(venue, attempts.c.request, damage)
    assert venue.change(receipt, message="Hello again").status_code == 303
    venue.receive()
    venue.forward()
    assert states(venue) == ["delivered", "failed", "delivered"]


@DAMAGES
def test_an_enquiry_is_shown_without_its_damaged_request(venue: Venue, damage: str) -> None:
    venue.receive()
    venue.forward()
    spoil(venue, attempts.c.request, damage)
    record = DeliveryQueries(venue.database).show(venue.deliveries()[0].reference)
    assert record is not None
    [(_, [attempt])] = record.deliveries
    assert (attempt.outcome, attempt.request) == ("delivered", None)
