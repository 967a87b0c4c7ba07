"""Another enquiry's reference in an answer or a form is never taken for that enquiry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from tests.support.clock import Clock
from tests.support.harness import VISITOR, Venue, form_text
from webapp.outbox.queries import DeliveryQueries

UNCLEAR_WAIT: Final = 330.0
ADD: Final = "addOrUpdateOpportunity"
NAMED_BY_COMPANY: Final = {"name": "{company}"}


@dataclass(frozen=True)
class Forgery:
    """Where the second enquiry has what it copied from the first: in its answers or in its form."""

    answers: Callable[[str], dict[str, str]] = lambda _: {}
    constants: Callable[[str], dict[str, Any]] = lambda _: {}
    questions: tuple[dict[str, Any], ...] = ()
    title: Callable[[str], str] = lambda _: "Plan your event"
    copies: Callable[[str, str], str] = field(default=lambda reference, _: reference)


NAME_ASKED: Final = ({"name": "asked", "kind": "text", "to": "name"},)
FORGERIES: Final = {
    "behind the first name": Forgery(lambda copied: {"first_name": f"Jane {copied}"}),
    "before the first name": Forgery(lambda copied: {"first_name": f"{copied} Jane"}),
    "as the first name": Forgery(lambda copied: {"first_name": copied}),
    "in lower case": Forgery(lambda copied: {"first_name": f"jane {copied.lower()}"}),
    "as the last name": Forgery(lambda copied: {"last_name": copied}),
    "in brackets": Forgery(lambda copied: {"last_name": f"Doe ({copied})"}),
    "with a colon": Forgery(lambda copied: {"first_name": f"{copied}: Ada"}),
    "as the company": Forgery(lambda copied: {"company": copied}, lambda _: NAMED_BY_COMPANY),
    "in the form's title": Forgery(title=lambda copied: f"Plan your event ({copied})"),
    "in the form's template": Forgery(constants=lambda copied: {"name": f"{copied}: {{first_name}}"}),
    "as the answer that is the name": Forgery(lambda copied: {"asked": copied}, questions=NAME_ASKED),
    "as the whole name that was sent": Forgery(
        lambda copied: {"asked": copied}, questions=NAME_ASKED, copies=lambda _, name: name
    ),
    "as a first name that is the whole name": Forgery(
        lambda copied: {"first_name": copied}, copies=lambda _, name: name
    ),
    "as the address of a link": Forgery(
        lambda copied: {"asked": f"https://example.com/{copied}"},
        questions=({"name": "asked", "kind": "text", "to": "externalUrls.plan"},),
    ),
}


def lose_the_first(venue: Venue) -> tuple[str, str]:
    """Lose an enquiry's request before it reaches the platform; return its reference and its name."""
    venue.sandbox.faults.lose_next_request(action=ADD)
    reference = venue.client.page(venue.receive()).text("#reference")
    venue.forward()
    (delivery,) = venue.deliveries()
    assert (delivery.state, venue.received()) == ("unclear", [])
    record = DeliveryQueries(venue.database).show(reference)
    assert record is not None
    sent = record.deliveries[0][1][0].request
    assert sent is not None
    return reference, sent["name"]


@pytest.mark.parametrize("forgery", [pytest.param(forgery, id=name) for name, forgery in FORGERIES.items()])
@pytest.mark.engines("sqlite")
def test_a_reference_typed_by_somebody_else_is_not_a_match(
    forgery: Forgery, venue: Venue, clock: Clock
) -> None:
    reference, name = lose_the_first(venue)
    copied = forgery.copies(reference, name)
    text = form_text(forgery.constants(copied), *forgery.questions)
    venue.open(text.replace("Plan your event", forgery.title(copied)))
    venue.receive(**{**VISITOR, **forgery.answers(copied)})
    venue.forward()
    assert [delivery.state for delivery in venue.deliveries()] == ["unclear", "delivered"]
    clock.advance(UNCLEAR_WAIT)
    venue.forward()
    first, second = venue.deliveries()
    assert (first.state, second.state) == ("delivered", "delivered")
    assert [first.opportunity_id, second.opportunity_id] == [756, 755]
    assert [opportunity["name"].count(reference) for opportunity in venue.received()][1] >= 1
