"""An amendment always changes the one opportunity of its enquiry, which ends up with the last values."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.support.clock import Clock
from tests.support.harness import Venue, form_text
from webapp.outbox.queries import DeliveryQueries
from webapp.outbox.requeue import Requeuer
from webapp.platform.opportunity import Opportunity

FORM: Final = form_text(
    {"stageId": 69},
    {"name": "guests", "label": "How many guests?", "kind": "number", "to": "customFields.14"},
    {"name": "flexible", "label": "My date is flexible", "kind": "checkbox", "to": "customFields.17"},
    {"name": "wish", "label": "What else?"},
    {
        "name": "occasion",
        "label": "What are you planning?",
        "kind": "select",
        "to": "typeId",
        "options": [{"value": 18, "label": "A wedding"}, {"value": 21, "label": "A company event"}],
    },
    {
        "name": "format",
        "label": "Which kind?",
        "kind": "radio",
        "to": "subtypeId",
        "required": True,
        "show_when": {"occasion": 21},
        "options": [{"value": 211, "label": "A day meeting"}],
    },
)

GUESTS_BY_STAFF: Final = {"fieldId": 14, "fieldValue": 85}


@pytest.fixture
def receipt(venue: Venue) -> str:
    venue.open(FORM)
    return venue.receive(
        query="?utm_source=google", guests="80", wish="A band", message="Hello", company="Tidewater"
    )


def change(venue: Venue, receipt: str, **answers: Any) -> None:
    assert venue.change(receipt, **answers).status_code == 303


def updates(venue: Venue, receipt: str) -> list[dict[str, Any] | None]:
    """Return the last request of each amendment, None where nothing was sent."""
    record = DeliveryQueries(venue.database).show(venue.client.page(receipt).text("#reference"))
    assert record is not None
    return [history[-1].request if history else None for _, history in record.deliveries[1:]]


def guests(venue: Venue) -> list[Any]:
    """Return the number of guests in every opportunity."""
    fields = [
        {field["fieldId"]: field["fieldValue"] for field in opportunity["customFields"]}
        for opportunity in venue.received()
    ]
    return [values[14] for values in fields]


def states(venue: Venue) -> list[str]:
    return [delivery.state for delivery in venue.deliveries()]


def forward_to_failure(venue: Venue) -> str:
    """Forward the one amendment, which fails; return why."""
    venue.forward()
    _, update = venue.deliveries()
    assert update.state == "failed"
    return update.last_error or ""


def lose_next(venue: Venue, *, has_arrived: bool) -> None:
    """Lose the next answer, or the next request before it arrives."""
    if has_arrived:
        venue.sandbox.faults.lose_next_answer()
    else:
        venue.sandbox.faults.lose_next_request()


def test_only_what_the_visitor_changed_is_sent(venue: Venue, receipt: str) -> None:
    venue.forward()
    change(venue, receipt, wish="A band and a choir")
    venue.forward()
    (update,) = updates(venue, receipt)
    assert update is not None
    assert update.keys() == {"id", "venueId", "description"}
    assert "What else? A band and a choir" in update["description"]
    assert states(venue) == ["delivered", "delivered"]


def test_an_enquiry_amended_twice_is_one_opportunity(venue: Venue, receipt: str) -> None:
    venue.forward()
    change(venue, receipt, guests="90")
    change(venue, receipt, guests="100")
    venue.forward()
    assert guests(venue) == [100]
    assert {delivery.opportunity_id for delivery in venue.deliveries()} == {755}


def test_an_enquiry_amended_before_delivery_is_one_opportunity(venue: Venue, receipt: str) -> None:
    change(venue, receipt, guests="90")
    change(venue, receipt, guests="100")
    venue.forward()
    assert guests(venue) == [100]
    assert states(venue) == ["delivered"] * 3


def test_an_enquiry_amended_during_an_outage_is_one_opportunity(
    venue: Venue, receipt: str, clock: Clock
) -> None:
    venue.sandbox.faults.next(503)
    venue.forward()
    venue.sandbox.faults.next(503)
    change(venue, receipt, guests="90")
    for _ in range(8):
        clock.advance(60)
        venue.forward()
    assert guests(venue) == [90]
    assert states(venue) == ["delivered", "delivered"]


def test_an_enquiry_amended_after_a_lost_answer_is_one_opportunity(
    venue: Venue, receipt: str, clock: Clock
) -> None:
    venue.sandbox.faults.lose_next_answer(action="addOrUpdateOpportunity")
    venue.sandbox.faults.next(503, action="getOpportunityList")
    venue.forward()
    assert states(venue) == ["unclear"]
    change(venue, receipt, guests="90")
    clock.advance(60)
    venue.forward()
    assert guests(venue) == [90]
    assert states(venue) == ["delivered", "delivered"]


@pytest.mark.parametrize("has_arrived", [True, False], ids=["arrived", "lost"])
def test_an_amendment_with_a_lost_answer_is_resent_after_the_deadline(
    venue: Venue, receipt: str, clock: Clock, has_arrived: bool
) -> None:
    venue.forward()
    change(venue, receipt, guests="90")
    change(venue, receipt, guests="100")
    lose_next(venue, has_arrived=has_arrived)
    venue.forward()
    assert states(venue) == ["delivered", "unclear", "queued"]
    clock.advance(300)
    venue.forward()
    assert states(venue) == ["delivered", "unclear", "queued"]
    clock.advance(31)
    venue.forward()
    assert guests(venue) == [100]
    assert states(venue) == ["delivered"] * 3


def test_amending_a_deleted_opportunity_fails_with_the_reason(venue: Venue, receipt: str) -> None:
    venue.forward()
    venue.sandbox.delete(755)
    change(venue, receipt, guests="90")
    assert "The opportunity does not exist" in forward_to_failure(venue)
    assert venue.received() == []


def test_an_amendment_keeps_what_the_staff_changed_meanwhile(
    venue: Venue, receipt: str, clock: Clock
) -> None:
    venue.forward()
    by_staff = Opportunity(id=755, venue_id=107, name="The Lovelace wedding", stage_id=70)
    venue.platform.add_or_update_opportunity(by_staff, clock())
    change(venue, receipt, guests="90")
    venue.forward()
    (opportunity,) = venue.received()
    assert (opportunity["name"], opportunity["stageId"]) == ("The Lovelace wedding", 70)
    assert guests(venue) == [90]


def test_withdrawing_a_reason_keeps_the_stage_the_staff_set(venue: Venue, clock: Clock) -> None:
    reasons = [{"value": 127, "label": "From the site"}]
    venue.open(form_text({"stageId": 69}, {"kind": "select", "to": "stageReasonId", "options": reasons}))
    receipt = venue.receive(asked="127")
    venue.forward()
    by_staff = Opportunity(id=755, venue_id=107, stage_id=70)
    venue.platform.add_or_update_opportunity(by_staff, clock())
    change(venue, receipt, asked="")
    venue.forward()
    (opportunity,) = venue.received()
    assert opportunity["stageId"] == 70
    assert "No longer given: What is asked? (it was From the site)" in opportunity["description"]


def test_withdrawing_a_company_assigns_the_contact_alone(venue: Venue, receipt: str) -> None:
    venue.forward()
    change(venue, receipt, company="")
    venue.forward()
    (opportunity,) = venue.received()
    assert "company" not in opportunity
    assert opportunity["contact"]["firstName"] == "Ada"


def test_a_new_contact_is_sent_with_the_company(venue: Venue, receipt: str) -> None:
    venue.forward()
    change(venue, receipt, email="ada@analytical.example")
    venue.forward()
    (update,) = updates(venue, receipt)
    assert update is not None
    assert update.keys() == {"id", "venueId", "contact", "company"}
    assert update["company"]["businessName"] == "Tidewater"


def test_a_changed_type_is_sent_with_its_sub_type(venue: Venue, receipt: str) -> None:
    venue.forward()
    refused = venue.change(receipt, occasion="21")
    assert refused.status_code == 422
    change(venue, receipt, occasion="21", format="211")
    venue.forward()
    (update,) = updates(venue, receipt)
    assert update is not None
    assert (update["typeId"], update["subtypeId"]) == (21, 211)


def test_a_withdrawn_answer_is_mentioned_in_the_description(venue: Venue, receipt: str) -> None:
    venue.forward()
    change(venue, receipt, guests="", wish="")
    change(venue, receipt, message="Hello again")
    venue.forward()
    (opportunity,) = venue.received()
    assert "No longer given: How many guests? (it was 80)" in opportunity["description"]
    assert "A band" not in opportunity["description"]
    assert "Hello again" in opportunity["description"]


def test_a_constant_edited_in_the_form_is_not_sent_as_an_amendment(venue: Venue, receipt: str) -> None:
    venue.forward()
    venue.open(FORM.replace("stageId = 69", "stageId = 70").replace("venueId = 107", "venueId = 108"))
    change(venue, receipt, wish="A choir")
    venue.forward()
    (update,) = updates(venue, receipt)
    assert update is not None
    assert update.keys() == {"id", "venueId", "description"}
    assert update["venueId"] == 107
    assert states(venue) == ["delivered", "delivered"]


def test_retrying_a_superseded_amendment_sends_nothing(venue: Venue, receipt: str) -> None:
    venue.forward()
    venue.sandbox.faults.next(400, specific_code=24224)
    change(venue, receipt, guests="90")
    venue.forward()
    change(venue, receipt, guests="100")
    venue.forward()
    assert states(venue) == ["delivered", "failed", "delivered"]
    Requeuer(venue.database).retry_failed()
    venue.forward()
    assert states(venue) == ["delivered"] * 3
    assert guests(venue) == [100]
    assert "A later change has been delivered" in (venue.deliveries()[1].last_error or "")


def test_an_amendment_that_changes_no_property_is_not_sent(venue: Venue) -> None:
    place = {"name": "place", "kind": "select", "options": ["Hall", "Terrace"]}
    venue.open(form_text({}, {**place, "to": "customFields.36"}))
    receipt = venue.receive(place="Hall")
    venue.forward()
    change(venue, receipt, place="Terrace")
    # The form now sends this answer as part of the campaign, which no amendment changes.
    venue.file.write_text(form_text({}, {**place, "to": "utmTerm"}), encoding="utf-8")
    venue.forward()
    assert states(venue) == ["delivered", "delivered"]
    assert updates(venue, receipt) == [None]
    assert "It changes nothing about the opportunity" in (venue.deliveries()[1].last_error or "")


def test_an_amendment_answered_with_another_id_fails(venue: Venue, receipt: str) -> None:
    venue.forward()
    venue.sandbox.faults.next(200, body='{"success": true, "id": 999}')
    change(venue, receipt, guests="90")
    assert "opportunity 999 instead of 755: look at both" in forward_to_failure(venue)


@pytest.mark.parametrize("ids_in_digits", [False, True], ids=["a number", "digits"])
def test_an_amendment_answered_with_the_id_alone_is_delivered(
    venue: Venue, receipt: str, clock: Clock, *, ids_in_digits: bool
) -> None:
    venue.sandbox.response_options.success_on_update = False
    venue.sandbox.response_options.ids_in_digits = ids_in_digits
    venue.forward()
    change(venue, receipt, guests="90")
    venue.forward()
    assert states(venue) == ["delivered", "delivered"]
    assert [delivery.opportunity_id for delivery in venue.deliveries()] == [755, 755]
    by_staff = Opportunity.model_validate({"id": 755, "venueId": 107, "customFields": [GUESTS_BY_STAFF]})
    venue.platform.add_or_update_opportunity(by_staff, clock())
    clock.advance(1000)
    venue.forward()
    assert guests(venue) == [85]


def test_an_amendment_answered_with_another_id_alone_fails(venue: Venue, receipt: str) -> None:
    venue.forward()
    venue.sandbox.faults.next(200, body='{"id": "999"}')
    change(venue, receipt, guests="90")
    assert "opportunity 999 instead of 755: look at both" in forward_to_failure(venue)


def test_an_amendment_the_current_form_cannot_map_fails(venue: Venue, receipt: str) -> None:
    venue.forward()
    change(venue, receipt, wish="A choir")
    as_an_id = {"name": "wish", "kind": "number", "to": "channelId"}
    venue.file.write_text(form_text({}, as_an_id), encoding="utf-8")
    assert "The form as it is now cannot take the answers (channelId: " in forward_to_failure(venue)


def test_an_amendment_that_was_tried_for_too_long_is_listed_as_failed(
    venue: Venue, receipt: str, clock: Clock
) -> None:
    venue.forward()
    change(venue, receipt, guests="90")
    venue.sandbox.faults.lose_next_answer()
    venue.forward()
    clock.advance(15 * 24 * 3600)
    assert forward_to_failure(venue).startswith("Gave up after 14 days: Each send was unclear")


@pytest.mark.parametrize("has_arrived", [True, False], ids=["arrived", "lost"])
def test_undoing_an_amendment_given_up_in_doubt_is_sent(
    venue: Venue, receipt: str, clock: Clock, *, has_arrived: bool
) -> None:
    venue.forward()
    change(venue, receipt, guests="90")
    lose_next(venue, has_arrived=has_arrived)
    venue.forward()
    clock.advance(15 * 24 * 3600)
    venue.forward()
    assert states(venue) == ["delivered", "failed"]
    change(venue, receipt, guests="80")
    venue.forward()
    assert states(venue) == ["delivered", "failed", "delivered"]
    assert guests(venue) == [80]


def test_undoing_a_refused_amendment_sends_nothing(venue: Venue, receipt: str) -> None:
    venue.forward()
    venue.sandbox.faults.next(400, specific_code=24224)
    change(venue, receipt, guests="90")
    venue.forward()
    change(venue, receipt, guests="80")
    venue.forward()
    assert states(venue) == ["delivered", "failed", "delivered"]
    assert updates(venue, receipt)[1] is None
