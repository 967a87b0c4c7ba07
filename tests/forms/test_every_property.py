"""What the platform gets for each property, set as a constant and as the answer to a question.

One row for each property of the platform's document and the two newer ones, in their order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import pytest

from tests.support.harness import VISITOR, Venue, form_text
from tests.support.pages import Page
from webapp.formfile.reader import FormsFileError
from webapp.platform.properties import properties

NOTHING: Final = object()
CONTACT: Final = {
    "firstName": "Ada",
    "lastName": "Lovelace",
    "email": "ada@example.com",
    "updateIfExists": True,
}
REFERRER: Final = {"firstName": "Rea", "lastName": "Fer", "email": "rea@example.com"}


@dataclass(frozen=True)
class Row:
    """One property.

    ``constant`` is sent with every opportunity, or ``question`` asks for ``answer``; ``sent`` and ``asked``
    are what the platform gets for each. ``wrong`` is a constant of another type. ``beside`` are other
    constants that it needs, and ``drops`` are properties that it replaces.
    """

    name: str
    constant: Any
    wrong: Any
    question: dict[str, Any]
    answer: Any
    asked: Any
    sent: Any = NOTHING
    is_required: bool = False
    beside: dict[str, Any] = field(default_factory=dict)
    drops: tuple[str, ...] = ()

    @property
    def expected(self) -> Any:
        return self.constant if self.sent is NOTHING else self.sent


def chosen(name: str, value: int | str, other: int | str, wrong: Any = "x", **more: Any) -> Row:
    """Return the row of an id: as a number in the constant, as digits in the answer."""
    question = {"kind": "select", "options": [{"value": str(value), "label": "This"}], "to": name}
    return Row(name, other, wrong, question, str(value), str(value), **more)


def typed(name: str, **more: Any) -> Row:
    return Row(name, f"my {name}", 5, {"kind": "text", "to": name}, "As typed", "As typed", **more)


ROWS: Final = [
    chosen("venueId", 108, 107, is_required=True),
    Row("name", "A lead", 5, {"to": "name"}, "As typed", "{reference}: As typed", "{reference}: A lead"),
    Row("description", "From the site.", 5, {"to": "description"}, "Typed", "What is asked? Typed", ...),
    chosen("companyId", 802, 801),
    Row(
        "company",
        {"businessName": "Northgate College", "industryId": 78, "address": {"city": "Hobart"}},
        "Northgate",
        {"to": "company.website"},
        "https://northgate.example",
        {"businessName": "Tidewater", "website": "https://northgate.example", "updateIfExists": True},
        {
            "businessName": "Northgate College",
            "industryId": 78,
            "address": {"city": "Hobart"},
            "updateIfExists": True,
        },
    ),
    chosen("companyLeadContactId", 901, 901, beside={"companyId": 801}, drops=("contact",)),
    chosen("contactId", 903, 902, drops=("contact",)),
    Row(
        "contact",
        {"status": 5, "externalId": "web", "customFields": [{"fieldId": 51, "value": "none"}]},
        {"status": 4},
        {"to": "contact.customFields.33"},
        "French",
        {**CONTACT, "customFields": [{"fieldId": 33, "value": "French"}]},
        {
            **CONTACT,
            "status": 5,
            "externalId": "web",
            "customFields": [{"fieldId": 51, "value": "none"}],
        },
    ),
    chosen("qualityId", 1, 2),
    chosen("industryId", 77, 78),
    chosen("sourceId", 25, 27, is_required=True),
    chosen("ownerUserId", 301, 302),
    chosen("typeId", 18, 20, is_required=True),
    chosen("stageId", 69, 70),
    chosen("stageReasonId", 127, 128, beside={"stageId": 69}),
    chosen("channelId", 5, 6),
    typed("utmSource"),
    typed("utmMedium"),
    typed("utmCampaign"),
    typed("utmTerm"),
    typed("utmContent"),
    chosen("referralContactId", 901, 902),
    Row(
        "referralContact",
        REFERRER,
        {"firstName": 5},
        {"kind": "email", "to": "referralContact.email"},
        "rea@example.com",
        REFERRER,
        beside={},
    ),
    chosen("referralCompanyId", 801, 802),
    Row(
        "referralCompany",
        {"businessName": "Business", "primaryContact": REFERRER},
        [],
        {"to": "referralCompany.businessName"},
        "Business",
        {"businessName": "Business"},
    ),
    chosen("confirmedQuoteId", 501, 502),
    Row("confirmedQuoteStatus", 2, 2.5, {"kind": "number", "to": "confirmedQuoteStatus"}, "3", 3),
    chosen("cancelledQuoteId", 502, 501),
    chosen("lostToCompetition", 61, 62),
    Row(
        "closedDate",
        date(2027, 5, 5),
        "05/05/2027",
        {"kind": "date", "to": "closedDate"},
        "2027-06-30",
        "2027-06-30",
        "2027-05-05",
    ),
    Row(
        "customFields",
        [{"fieldId": "36", "fieldValue": "by form"}],
        [{"fieldId": 36}],
        {"kind": "number", "to": "customFields.14"},
        "80",
        [{"fieldId": 14, "fieldValue": 80}],
    ),
    chosen("subtypeId", 211, 212, beside={"typeId": 21}),
    Row(
        "externalUrls",
        [{"ref": "site", "url": "https://www.example.com/", "label": "The site"}],
        [{"ref": "site", "url": "http://www.example.com/"}],
        {"to": "externalUrls.plan"},
        "https://plans.example.com/7",
        [{"ref": "plan", "url": "https://plans.example.com/7"}],
    ),
]
BESIDE_A_QUESTION: Final = {
    "company": {"company": {"businessName": "Tidewater"}},
    "referralContact": {"referralContact": {"firstName": "Rea", "lastName": "Fer"}},
}

each_row = pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS])
pytestmark = pytest.mark.engines("sqlite")


def expected_opportunity(row: Row, value: Any, constants: dict[str, Any], reference: str) -> dict[str, Any]:
    """Return the expected opportunity without its description."""
    whole = {"name": f"{reference}: Ada Lovelace, Plan your event", "contact": CONTACT, **constants}
    if row.name == "companyId":
        # With a contact it is sent as an object, so that the platform links the contact to it.
        whole |= {"companyId": None, "company": {"id": value}}
    elif value is not ...:
        whole[row.name] = value.format(reference=reference) if row.name == "name" else value
    return {key: sent for key, sent in whole.items() if key not in row.drops and sent is not None}


def get_reference(venue: Venue, receipt: str) -> str:
    return venue.client.page(receipt).text("#reference")


@each_row
def test_a_constant_reaches_the_platform_and_nothing_is_invented(row: Row, venue: Venue) -> None:
    constants = {"venueId": 107, "typeId": 18, "sourceId": 25, **row.beside}
    venue.open(form_text({**constants, row.name: row.constant}, fields={"company": "hidden"}))
    reference = get_reference(venue, venue.receive())
    venue.forward()
    (received,) = venue.received()
    description = received.pop("description")
    assert received == {"id": 755, **expected_opportunity(row, row.expected, constants, reference)}
    assert description.startswith("From the site.\n\n") is (row.name == "description")


@each_row
def test_an_answer_becomes_its_questions_property(row: Row, venue: Venue) -> None:
    beside = {**row.beside, **BESIDE_A_QUESTION.get(row.name, {})}
    constants = {"venueId": 107, "typeId": 18, "sourceId": 25, **beside, row.name: beside.get(row.name)}
    venue.open(
        form_text(constants, {**row.question, "required": row.is_required}, fields={"company": "hidden"})
    )
    reference = get_reference(venue, venue.receive(asked=row.answer))
    venue.forward()
    (received,) = venue.received()
    description = received.pop("description")
    value = ... if row.name == "description" else row.asked
    assert received == {
        "id": 755,
        **expected_opportunity(row, value, {**constants, row.name: None}, reference),
    }
    assert ("What is asked? Typed" in description) is (row.name == "description")


@each_row
def test_a_constant_of_the_wrong_type_is_refused_by_name(row: Row, venue: Venue) -> None:
    with pytest.raises(FormsFileError, match=rf"forms\.form\.opportunity\.{row.name}"):
        venue.open(form_text({**row.beside, row.name: row.wrong}))


@pytest.mark.parametrize("name", [row.name for row in ROWS if row.is_required])
def test_a_form_that_never_sends_a_required_property_is_refused(name: str, venue: Venue) -> None:
    with pytest.raises(FormsFileError, match=rf"forms\.form\.opportunity\.{name}: is required"):
        venue.open(form_text({name: None}))


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS if row.is_required])
def test_a_question_for_a_required_property_must_be_answered(row: Row, venue: Venue) -> None:
    venue.open(form_text({row.name: None}, row.question))
    refused = venue.send()
    assert refused.status_code == 422
    assert Page(refused.text).summary() == ["Choose an answer: What is asked?"]
    assert venue.receive(asked=row.answer)


def test_no_form_can_set_the_opportunity_id(venue: Venue) -> None:
    for text in (form_text({"id": 755}), form_text({}, {"kind": "number", "to": "id"})):
        with pytest.raises(FormsFileError, match="a form adds opportunities"):
            venue.open(text)


def test_every_property_has_a_row() -> None:
    assert {row.name for row in ROWS} | {"id"} == {name for name, _, _ in properties()}


def test_the_description_names_the_visitor_beside_a_fixed_contact(venue: Venue) -> None:
    venue.open(form_text({"contactId": 902}, fields={"phone": "hidden"}))
    venue.receive(company="Analytical Engines")
    venue.forward()
    (received,) = venue.received()
    assert "From: Ada Lovelace, ada@example.com" in received["description"]
    assert "Company: Analytical Engines" in received["description"]
    assert VISITOR["email"] not in str({**received, "description": ""})
