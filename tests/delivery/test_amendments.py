"""A change of an enquiry reaches the same opportunity, whatever befell it: still one, its last values."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.conftest import Clock
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
    """Return what was last sent for each amendment."""
    record = DeliveryQueries(venue.database).show(venue.client.page(receipt).text("#reference"))
    assert record is not None
    return [history[-1].request if history else None for _, history in record.deliveries[1:]]


def guests(venue: Venue) -> list[Any]:
    """Return the number of guests in each opportunity that there is."""
    fields = [
        {each["fieldId"]: each["fieldValue"] for each in one["customFields"]} for one in venue.received()
    ]
    return [each[14] for each in fields]


def states(venue: Venue) -> list[str]:
    return [each.state for each in venue.deliveries()]


def test_only_what_the_visitor_changed_is_sent_and_never_the_campaign(venue: Venue, receipt: str) -> None:
    venue.forward()
    change(venue, receipt, wish="A band and a choir")
    venue.forward()
    (update,) = updates(venue, receipt)
    assert update is not None
    assert update.keys() == {"id", "venueId", "description"}
    assert "What else? A band and a choir" in update["description"]
    assert states(venue) == ["delivered", "delivered"]


def test_an_enquiry_amended_twice_is_one_opportunity_with_its_last_values(venue: Venue, receipt: str) -> None:
    venue.forward()
    change(venue, receipt, guests="90")
    change(venue, receipt, guests="100")
    venue.forward()
    assert guests(venue) == [100]
    assert {each.opportunity_id for each in venue.deliveries()} == {755}


def test_an_enquiry_amended_before_it_was_delivered_is_one_opportunity(venue: Venue, receipt: str) -> None:
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


def test_an_enquiry_amended_after_its_answer_was_lost_is_one_opportunity(
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


@pytest.mark.parametrize("has_arrived", [True, False], ids=["it had arrived", "it had not"])
def test_an_amendment_whose_answer_was_lost_is_sent_again_when_the_first_can_no_longer_arrive(
    venue: Venue, receipt: str, clock: Clock, has_arrived: bool
) -> None:
    venue.forward()
    change(venue, receipt, guests="90")
    change(venue, receipt, guests="100")
    if has_arrived:
        venue.sandbox.faults.lose_next_answer()
    else:
        venue.sandbox.faults.lose_next_request()
    venue.forward()
    assert states(venue) == ["delivered", "unclear", "queued"]
    clock.advance(300)
    venue.forward()
    assert states(venue) == ["delivered", "unclear", "queued"]
    clock.advance(31)
    venue.forward()
    assert guests(venue) == [100]
    assert states(venue) == ["delivered"] * 3


def test_an_amendment_of_an_opportunity_that_is_gone_fails_with_the_platforms_words(
    venue: Venue, receipt: str
) -> None:
    venue.forward()
    venue.sandbox.delete(755)
    change(venue, receipt, guests="90")
    venue.forward()
    _, update = venue.deliveries()
    assert update.state == "failed"
    assert "The opportunity does not exist" in (update.last_error or "")
    assert venue.received() == []


def test_what_the_venues_staff_changed_meanwhile_stays(venue: Venue, receipt: str, clock: Clock) -> None:
    venue.forward()
    by_staff = Opportunity(id=755, venue_id=107, name="The Lovelace wedding", stage_id=70)
    venue.platform.add_or_update_opportunity(by_staff, clock())
    change(venue, receipt, guests="90")
    venue.forward()
    (opportunity,) = venue.received()
    assert (opportunity["name"], opportunity["stageId"]) == ("The Lovelace wedding", 70)
    assert guests(venue) == [90]


def test_a_reason_that_is_taken_back_leaves_the_stage_where_the_staff_put_it(
    venue: Venue, clock: Clock
) -> None:
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


def test_a_company_that_is_taken_back_leaves_the_opportunity_to_the_contact(
    venue: Venue, receipt: str
) -> None:
    venue.forward()
    change(venue, receipt, company="")
    venue.forward()
    (opportunity,) = venue.received()
    assert "company" not in opportunity
    assert opportunity["contact"]["firstName"] == "Ada"


def test_a_new_contact_takes_the_company_along_so_that_both_stay_linked(venue: Venue, receipt: str) -> None:
    venue.forward()
    change(venue, receipt, email="ada@analytical.example")
    venue.forward()
    (update,) = updates(venue, receipt)
    assert update is not None
    assert update.keys() == {"id", "venueId", "contact", "company"}
    assert update["company"]["businessName"] == "Tidewater"


def test_a_type_that_is_changed_takes_its_sub_type_along(venue: Venue, receipt: str) -> None:
    venue.forward()
    refused = venue.change(receipt, occasion="21")
    assert refused.status_code == 422
    change(venue, receipt, occasion="21", format="211")
    venue.forward()
    (update,) = updates(venue, receipt)
    assert update is not None
    assert (update["typeId"], update["subtypeId"]) == (21, 211)


def test_what_is_taken_back_is_told_since_no_property_can_be_emptied(venue: Venue, receipt: str) -> None:
    venue.forward()
    change(venue, receipt, guests="", wish="")
    change(venue, receipt, message="Hello again")
    venue.forward()
    (opportunity,) = venue.received()
    assert "No longer given: How many guests? (it was 80)" in opportunity["description"]
    assert "A band" not in opportunity["description"]
    assert "Hello again" in opportunity["description"]


def test_a_form_that_was_changed_meanwhile_sends_no_constant_that_the_visitor_did_not_change(
    venue: Venue, receipt: str
) -> None:
    venue.forward()
    venue.open(FORM.replace("stageId = 69", "stageId = 70").replace("venueId = 107", "venueId = 108"))
    change(venue, receipt, wish="A choir")
    venue.forward()
    (update,) = updates(venue, receipt)
    assert update is not None
    assert update.keys() == {"id", "venueId", "description"}
    assert update["venueId"] == 107
    assert states(venue) == ["delivered", "delivered"]


def test_a_failed_amendment_that_a_later_one_overtook_is_not_sent_when_it_is_retried(
    venue: Venue, receipt: str
) -> None:
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


def test_an_amendment_that_changes_nothing_of_the_opportunity_is_not_sent(venue: Venue) -> None:
    place = {"name": "place", "kind": "select", "options": ["Hall", "Terrace"]}
    venue.open(form_text({}, {**place, "to": "customFields.36"}))
    receipt = venue.receive(place="Hall")
    venue.forward()
    change(venue, receipt, place="Terrace")
    # By the form of today the answer is part of the campaign, which no amendment changes.
    venue.file.write_text(form_text({}, {**place, "to": "utmTerm"}), encoding="utf-8")
    venue.forward()
    assert states(venue) == ["delivered", "delivered"]
    assert updates(venue, receipt) == [None]
    assert "It changes nothing about the opportunity" in (venue.deliveries()[1].last_error or "")


def test_an_amendment_that_the_platform_says_it_made_of_another_opportunity_waits_for_a_person(
    venue: Venue, receipt: str
) -> None:
    venue.forward()
    venue.sandbox.faults.next(200, body='{"success": true, "id": 999}')
    change(venue, receipt, guests="90")
    venue.forward()
    _, update = venue.deliveries()
    assert update.state == "failed"
    assert "opportunity 999 instead of 755: look at both" in (update.last_error or "")


@pytest.mark.parametrize("ids_in_digits", [False, True], ids=["a number", "digits"])
def test_an_amendment_that_is_answered_with_the_id_alone_is_delivered_and_not_sent_again(
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


def test_an_amendment_that_is_answered_with_another_id_alone_waits_for_a_person(
    venue: Venue, receipt: str
) -> None:
    venue.forward()
    venue.sandbox.faults.next(200, body='{"id": "999"}')
    change(venue, receipt, guests="90")
    venue.forward()
    _, update = venue.deliveries()
    assert update.state == "failed"
    assert "opportunity 999 instead of 755: look at both" in (update.last_error or "")


def test_an_amendment_that_the_form_of_today_cannot_take_waits_for_a_person(
    venue: Venue, receipt: str
) -> None:
    venue.forward()
    change(venue, receipt, wish="A choir")
    as_an_id = {"name": "wish", "kind": "number", "to": "channelId"}
    venue.file.write_text(form_text({}, as_an_id), encoding="utf-8")
    venue.forward()
    _, update = venue.deliveries()
    assert update.state == "failed"
    assert "The form as it is now cannot take the answers (channelId: " in (update.last_error or "")


def test_a_change_while_the_platform_is_tried_for_too_long_is_given_up_in_plain_sight(
    venue: Venue, receipt: str, clock: Clock
) -> None:
    venue.forward()
    change(venue, receipt, guests="90")
    venue.sandbox.faults.lose_next_answer()
    venue.forward()
    clock.advance(15 * 24 * 3600)
    venue.forward()
    _, update = venue.deliveries()
    assert update.state == "failed"
    assert (update.last_error or "").startswith("Gave up after 14 days: Each send was unclear")


@pytest.mark.parametrize("has_arrived", [True, False], ids=["it had arrived", "it had not"])
def test_a_change_back_is_sent_after_one_in_doubt_was_given_up(
    venue: Venue, receipt: str, clock: Clock, *, has_arrived: bool
) -> None:
    venue.forward()
    change(venue, receipt, guests="90")
    if has_arrived:
        venue.sandbox.faults.lose_next_answer()
    else:
        venue.sandbox.faults.lose_next_request()
    venue.forward()
    clock.advance(15 * 24 * 3600)
    venue.forward()
    assert states(venue) == ["delivered", "failed"]
    change(venue, receipt, guests="80")
    venue.forward()
    assert states(venue) == ["delivered", "failed", "delivered"]
    assert guests(venue) == [80]


def test_a_change_back_after_a_refused_one_sends_nothing(venue: Venue, receipt: str) -> None:
    venue.forward()
    venue.sandbox.faults.next(400, specific_code=24224)
    change(venue, receipt, guests="90")
    venue.forward()
    change(venue, receipt, guests="80")
    venue.forward()
    assert states(venue) == ["delivered", "failed", "delivered"]
    assert updates(venue, receipt)[1] is None
