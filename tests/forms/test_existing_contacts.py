"""A form never overwrites the groups, companies or subscription of a known contact."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.support.harness import Venue, form_text
from webapp.formfile.reader import FormsFileError

pytestmark = pytest.mark.engines("sqlite")

ALEX: Final = {"first_name": "Alex", "last_name": "Reed", "email": "alex.reed@tidewater.example"}
GROUPS: Final = [{"groupId": 10}]
REFERRER: Final = {"firstName": "Rea", "lastName": "Fer", "email": "rea@example.com"}
NEVER_MATCHED: Final = {"updateIfExists": False}


def asking(to: str, kind: str = "checkboxes", value: int = 10) -> dict[str, Any]:
    options = {"options": [{"value": value, "label": "Yes"}]} if kind in {"checkboxes", "select"} else {}
    return {"kind": kind, "to": to, **options}


REFUSED: Final[dict[str, tuple[str, str]]] = {
    "groups": (form_text({"contact": {"groups": GROUPS}}), "opportunity.contact.groups: replaces all groups"),
    "no groups at all": (form_text({"contact": {"groups": []}}), "opportunity.contact.groups: replaces all"),
    "companies": (
        form_text({"contact": {"companies": [801]}}),
        "opportunity.contact.companies: replaces all companies",
    ),
    "groups of a contact who may be matched": (
        form_text({"contact": {"groups": GROUPS, "updateIfExists": True}}),
        "opportunity.contact.groups: replaces all groups",
    ),
    "groups of a contact given by id": (
        form_text({"contact": {**NEVER_MATCHED, "id": 901, "groups": GROUPS}}),
        "opportunity.contact.groups: replaces all groups",
    ),
    "groups that are asked for": (
        form_text({}, asking("contact.groups")),
        "questions.0.to: replaces all groups",
    ),
    "companies that are asked for": (
        form_text({}, asking("contact.companies", "select", 801)),
        "questions.0.to: replaces all companies",
    ),
    "groups, where an answer may have the contact matched": (
        form_text(
            {"contact": {**NEVER_MATCHED, "groups": GROUPS}}, asking("contact.updateIfExists", "checkbox")
        ),
        "opportunity.contact.groups: replaces all groups",
    ),
    "groups, where an answer may name the contact": (
        form_text({"contact": {**NEVER_MATCHED, "groups": GROUPS}}, asking("contact.id", "select", 901)),
        "opportunity.contact.groups: replaces all groups",
    ),
    "groups of a referrer": (
        form_text({"referralContact": {**REFERRER, "groups": GROUPS}}),
        "opportunity.referralContact.groups: replaces all groups",
    ),
    "groups of a company's main contact": (
        form_text({"company": {"businessName": "T", "primaryContact": {**REFERRER, "groups": GROUPS}}}),
        "opportunity.company.primaryContact.groups: replaces all groups",
    ),
    "companies of the main contact of a referring company": (
        form_text({}, asking("referralCompany.primaryContact.companies", value=801)),
        "questions.0.to: replaces all companies",
    ),
    "a subscription of everybody": (
        form_text({"contact": {"status": 1}}),
        "opportunity.contact.status: subscribes people again who have unsubscribed",
    ),
    "a subscription in digits": (
        form_text({"contact": {"status": "01"}}),
        "opportunity.contact.status: subscribes people again who have unsubscribed",
    ),
    "a subscription to text messages": (
        form_text({"contact": {"smsStatus": 1}}),
        "opportunity.contact.smsStatus: subscribes people again who have unsubscribed",
    ),
    "a subscription of another person": (
        form_text({}, asking("referralContact.status", "select", 1)),
        "questions.0.to: referralContact.status is for that person to say",
    ),
    "a status of the other kind": (
        form_text({"contact": {"status": 4}}),
        "opportunity.contact.status: must be 1, 2, 3 or 5",
    ),
    "a status of text messages of the other kind": (
        form_text({"contact": {"smsStatus": 5}}),
        "opportunity.contact.smsStatus: must be 1, 2, 3 or 4",
    ),
    "an option of the other kind": (
        form_text({}, asking("contact.status", "select", 4)),
        "questions.0.options: 4 is not a valid value for contact.status",
    ),
}


@pytest.mark.parametrize(("text", "fault"), [pytest.param(*row, id=name) for name, row in REFUSED.items()])
def test_a_form_that_would_overwrite_a_contacts_data_is_refused(text: str, fault: str, venue: Venue) -> None:
    with pytest.raises(FormsFileError) as error:
        venue.open(text)
    assert f"forms.form.{fault}" in str(error.value)


def test_a_refusal_says_what_to_do_instead(venue: Venue) -> None:
    with pytest.raises(FormsFileError, match=r"set contact\.updateIfExists = false, which"):
        venue.open(form_text({"contact": {"groups": GROUPS}}))


ACCEPTED: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "groups of a contact of its own": (form_text({"contact": {**NEVER_MATCHED, "groups": GROUPS}}), {}),
    "companies of a contact of its own": (
        form_text({"contact": {**NEVER_MATCHED, "companies": [802]}, "companyId": 801}),
        {},
    ),
    "groups that a contact of its own asks for": (
        form_text({"contact": NEVER_MATCHED}, asking("contact.groups")),
        {"asked": "10"},
    ),
    "a subscription that the visitor asks for": (
        form_text({}, asking("contact.status", "select", 1)),
        {"asked": "1"},
    ),
    "a status that subscribes nobody": (form_text({"contact": {"status": 5}}), {}),
}


@pytest.mark.parametrize(("text", "answers"), [pytest.param(*row, id=name) for name, row in ACCEPTED.items()])
def test_a_form_that_overwrites_nothing_is_accepted(text: str, answers: dict[str, str], venue: Venue) -> None:
    venue.open(text)
    venue.receive(**answers)
    venue.forward()
    assert [delivery.state for delivery in venue.deliveries()] == ["delivered"]


TIDEWATERS: Final = {"kind": "select", "to": "companyId", "options": [{"value": 802, "label": "Northgate"}]}


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        (form_text(), {}),
        (form_text({"companyId": 802}), {}),
        (form_text({"companyId": "802"}, fields={"company": "hidden"}), {}),
        (form_text({}, TIDEWATERS), {"asked": "802"}),
        (form_text({}, TIDEWATERS), {"asked": "802", "company": "Another"}),
        (form_text(), {"company": "Northgate College"}),
    ],
    ids=["nothing set", "companyId", "companyId in digits", "asked", "asked beside a name", "a name"],
)
def test_a_known_contact_keeps_groups_companies_and_subscription(
    text: str, answers: dict[str, str], venue: Venue
) -> None:
    before = venue.sandbox.contacts()[901]
    venue.open(text)
    venue.receive(**{**ALEX, **answers})
    venue.forward()
    assert [delivery.state for delivery in venue.deliveries()] == ["delivered"]
    after = venue.sandbox.contacts()[901]
    assert (after["groups"], after["status"]) == (before["groups"], before["status"])
    assert set(before["companies"]) <= set(after["companies"])
    assert len(venue.sandbox.contacts()) == 3


def test_a_contact_is_added_to_a_known_company(venue: Venue) -> None:
    venue.open(form_text({"companyId": 802}))
    venue.receive(**ALEX)
    venue.forward()
    venue.receive(company="Elsewhere")
    venue.forward()
    known, new = venue.received()
    assert known["company"] == new["company"] == {"id": 802}
    assert "Company: Elsewhere" in new["description"]
    assert venue.sandbox.contacts()[901]["companies"] == [801, 802]
    assert venue.sandbox.contacts()[904]["companies"] == [802]


def test_a_known_company_without_a_contact_is_sent_by_id(venue: Venue) -> None:
    venue.open(form_text({"companyId": 801, "companyLeadContactId": 901}))
    venue.receive()
    venue.forward()
    (received,) = venue.received()
    assert (received["companyId"], received["companyLeadContactId"]) == (801, 901)
    assert "company" not in received


def test_changing_the_company_keeps_the_contacts_other_companies(venue: Venue) -> None:
    venue.open(
        form_text(
            {},
            {
                **TIDEWATERS,
                "options": [{"value": 801, "label": "Tidewater"}, {"value": 802, "label": "Northgate"}],
            },
        )
    )
    receipt = venue.receive(**{**ALEX, "asked": "801"})
    venue.forward()
    assert venue.change(receipt, asked="802").status_code == 303
    venue.forward()
    assert [delivery.state for delivery in venue.deliveries()] == ["delivered"] * 2
    assert venue.sandbox.contacts()[901]["companies"] == [801, 802]
