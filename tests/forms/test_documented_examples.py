"""The two example requests of "Add or Update Opportunity", made by a forms file and a visitor's answers.

leadform adds the reference to an opportunity's name, and describes what has no property; apart from these the
requests are the document's, value by value.
"""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from tests.platform.examples import ADD_OPPORTUNITY, UPDATE_OPPORTUNITY
from tests.support.harness import Venue
from webapp.outbox.queries import DeliveryQueries

pytestmark = pytest.mark.engines("sqlite")

FORM: Final = """
[forms.form]
title = "Ask us"
referral_sources = ["25"]

[forms.form.fields]
phone = "hidden"
company = "required"
message = "hidden"

[forms.form.opportunity]
venueId = "107"
name = "Lead By API"
typeId = "18"
sourceId = "25"
stageId = "69"
industryId = "77"
stageReasonId = "127"

[[forms.form.questions]]
name = "title"
label = "What shall we call it?"
to = "name"

[[forms.form.questions]]
name = "closes"
label = "When must it be settled?"
kind = "date"
to = "closedDate"

[[forms.form.questions]]
name = "main_first_name"
label = "First name of your contact there"
to = "referralCompany.primaryContact.firstName"

[[forms.form.questions]]
name = "main_last_name"
label = "Last name of your contact there"
to = "referralCompany.primaryContact.lastName"

[[forms.form.questions]]
name = "main_email"
label = "Email address of your contact there"
kind = "email"
to = "referralCompany.primaryContact.email"
"""

ANSWERS: Final = {
    "first_name": "First",
    "last_name": "Last",
    "email": "email8@email.com",
    "company": "Business Name",
    "closes": "2017-05-05",
    "main_first_name": "Test",
    "main_last_name": "Test",
    "main_email": "Test@gmail.com",
    "referrer_first_name": "Test",
    "referrer_last_name": "Test",
    "referrer_email": "Test@gmail.com",
    "referrer_company": "Business",
}


def test_both_documented_examples_are_reproduced_exactly(venue: Venue) -> None:
    venue.open(FORM)
    receipt = venue.receive(**ANSWERS)
    reference = venue.client.page(receipt).text("#reference")
    venue.forward()
    assert venue.change(receipt, title="Updated Name").status_code == 303
    venue.forward()
    added, updated = sent(venue, reference)
    del added["description"]
    assert added == {**json.loads(ADD_OPPORTUNITY), "name": f"{reference}: Lead By API"}
    assert updated == {**json.loads(UPDATE_OPPORTUNITY), "name": f"{reference}: Updated Name"}


def sent(venue: Venue, reference: str) -> list[dict[str, Any]]:
    """Return the requests that were sent, as the outbox recorded them."""
    record = DeliveryQueries(venue.database).show(reference)
    assert record is not None
    assert [delivery.state for delivery, _ in record.deliveries] == ["delivered", "delivered"]
    return [dict(history[-1].request or {}) for _, history in record.deliveries]
