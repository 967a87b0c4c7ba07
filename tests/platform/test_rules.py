"""The documented conditions between properties: each is reported when it is broken, and only then."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from tests.platform.examples import ADD_OPPORTUNITY, UPDATE_OPPORTUNITY
from webapp.platform.opportunity import Opportunity
from webapp.platform.rules import broken_rules

ADD: Final[dict[str, Any]] = {"venueId": 107, "name": "Lead", "typeId": 18, "sourceId": 25}
UPDATE: Final[dict[str, Any]] = {"id": 755, "venueId": 107}
PERSON: Final = {"firstName": "Zoë", "lastName": "Ng", "email": "zoe@example.com"}
BUSINESS: Final = {"businessName": "Tidewater"}


def without(properties: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name not in names}


KEPT: Final[dict[str, dict[str, Any]]] = {
    "adding needs a venue, a name, a type and a source": ADD,
    "a type of 0 is a type": {**ADD, "typeId": 0},
    "updating needs the venue alone": UPDATE,
    "updating takes a name": {**UPDATE, "name": "Lead"},
    "adding takes the campaign": {
        **ADD,
        "utmSource": "s",
        "utmMedium": "m",
        "utmCampaign": "c",
        "utmTerm": "t",
        "utmContent": "x",
    },
    "updating takes utmContent": {**UPDATE, "utmContent": "x"},
    "a contact alone": {**ADD, "contact": PERSON},
    "a contact's id alone": {**ADD, "contactId": 3},
    "a known contact": {**ADD, "contact": {"id": 3}},
    "a company with a contact": {**ADD, "company": BUSINESS, "contact": PERSON},
    "a company's id with its lead contact": {**ADD, "companyId": 4, "companyLeadContactId": 3},
    "a company with its lead contact": {**ADD, "company": {"id": 4}, "companyLeadContactId": 3},
    "a lead contact for the company that the opportunity has": {**UPDATE, "companyLeadContactId": 3},
    "a known company": {**ADD, "company": {"id": 4}},
    "a company with a primary contact": {**ADD, "company": {**BUSINESS, "primaryContact": PERSON}},
    "a company with a known primary contact": {**ADD, "company": {**BUSINESS, "primaryContact": {"id": 3}}},
}

BROKEN: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "adding without a venue": (without(ADD, "venueId"), "venueId is required"),
    "updating without a venue": (without(UPDATE, "venueId"), "venueId is required"),
    "adding without a name": (without(ADD, "name"), "name is required when id is missing"),
    "adding with an empty name": ({**ADD, "name": ""}, "name is required when id is missing"),
    "adding without a source": (without(ADD, "sourceId"), "sourceId is required when id is missing"),
    "adding without a type": (without(ADD, "typeId"), "typeId is required when id is missing"),
    **{
        f"updating {name}": ({**UPDATE, name: "x"}, f"{name} may be sent only when adding")
        for name in ("utmSource", "utmMedium", "utmCampaign", "utmTerm")
    },
    "contactId beside companyId": (
        {**ADD, "companyId": 4, "contactId": 3},
        "contactId cannot be sent with companyId or company: use companyLeadContactId or contact",
    ),
    "contactId beside company": (
        {**ADD, "company": BUSINESS, "contactId": 3},
        "contactId cannot be sent with companyId or company: use companyLeadContactId or contact",
    ),
    "a lead contact of no company": (
        {**ADD, "companyLeadContactId": 3},
        "companyLeadContactId needs companyId or company",
    ),
    **{
        f"{place} without {name}": (
            {**ADD, place: without(PERSON, name)},
            f"{place}.{name} is required when {place}.id is missing",
        )
        for place in ("contact", "referralContact")
        for name in PERSON
    },
    **{
        f"{place} without a businessName": (
            {**ADD, place: {"phone": "1"}},
            f"{place}.businessName is required when {place}.id is missing",
        )
        for place in ("company", "referralCompany")
    },
    **{
        f"{place}'s primary contact without {name}": (
            {**ADD, place: {**BUSINESS, "primaryContact": without(PERSON, name)}},
            f"{place}.primaryContact.{name} is required when {place}.primaryContact.id is missing",
        )
        for place in ("company", "referralCompany")
        for name in PERSON
    },
    "companyId beside company": (
        {**ADD, "companyId": 801, "company": BUSINESS},
        "companyId cannot be sent with company: use one of them",
    ),
    "companyLeadContactId beside contact": (
        {**ADD, "companyId": 801, "companyLeadContactId": 3, "contact": PERSON},
        "companyLeadContactId cannot be sent with contact: use one of them",
    ),
    "contactId beside contact": (
        {**ADD, "contactId": 3, "contact": PERSON},
        "contactId cannot be sent with contact: use one of them",
    ),
    "referralContactId beside referralContact": (
        {**ADD, "referralContactId": 3, "referralContact": PERSON},
        "referralContactId cannot be sent with referralContact: use one of them",
    ),
    "referralCompanyId beside referralCompany": (
        {**ADD, "referralCompanyId": 4, "referralCompany": BUSINESS},
        "referralCompanyId cannot be sent with referralCompany: use one of them",
    ),
    "a custom field twice": (
        {**ADD, "customFields": [{"fieldId": 12, "fieldValue": "a"}, {"fieldId": "12", "fieldValue": "b"}]},
        "customFields.fieldId must be unique",
    ),
    "a contact's custom field twice": (
        {**ADD, "contact": {**PERSON, "customFields": [{"fieldId": 51, "value": "a"}] * 2}},
        "contact.customFields.fieldId must be unique",
    ),
    "a contact with an empty name": (
        {**ADD, "contact": {**PERSON, "lastName": ""}},
        "contact.lastName is required when contact.id is missing",
    ),
}


def reported(properties: dict[str, Any], *, referral_source: bool = False) -> list[str]:
    opportunity = Opportunity.model_validate(properties)
    return [str(rule) for rule in broken_rules(opportunity, referral_source=referral_source)]


@pytest.mark.parametrize(
    "properties", [pytest.param(properties, id=rule) for rule, properties in KEPT.items()]
)
def test_a_valid_opportunity_may_be_sent(properties: dict[str, Any]) -> None:
    assert broken_rules(Opportunity.model_validate(properties)) == []


@pytest.mark.parametrize(
    ("properties", "sentence"), [pytest.param(*row, id=rule) for rule, row in BROKEN.items()]
)
def test_a_broken_rule_is_one_sentence(properties: dict[str, Any], sentence: str) -> None:
    assert reported(properties) == [sentence]


def test_every_broken_rule_is_reported_at_once() -> None:
    assert reported({"utmSource": "s", "contact": {}, "companyLeadContactId": 3}) == [
        "venueId is required",
        "name is required when id is missing",
        "sourceId is required when id is missing",
        "typeId is required when id is missing",
        "companyLeadContactId needs companyId or company",
        "companyLeadContactId cannot be sent with contact: use one of them",
        "contact.firstName is required when contact.id is missing",
        "contact.lastName is required when contact.id is missing",
        "contact.email is required when contact.id is missing",
    ]


@pytest.mark.parametrize(
    "parties",
    [
        pytest.param({"referralContactId": 3, "referralCompanyId": 4}, id="both by id"),
        pytest.param({"referralContact": PERSON, "referralCompany": BUSINESS}, id="both in full"),
        pytest.param({"referralContactId": 3, "referralCompany": BUSINESS}, id="one of each"),
    ],
)
def test_a_referral_needs_a_contact_and_a_company(parties: dict[str, Any]) -> None:
    opportunity = Opportunity.model_validate({**ADD, **parties})
    assert broken_rules(opportunity, referral_source=True) == []


@pytest.mark.parametrize(
    ("parties", "sentence"),
    [
        pytest.param(
            {"referralCompanyId": 4},
            "referralContact or referralContactId is required when the source is Referral Program",
            id="no contact",
        ),
        pytest.param(
            {"referralContactId": 3},
            "referralCompany or referralCompanyId is required when the source is Referral Program",
            id="no company",
        ),
    ],
)
def test_a_referral_without_a_party_is_reported(parties: dict[str, Any], sentence: str) -> None:
    assert reported({**ADD, **parties}, referral_source=True) == [sentence]


def test_other_sources_need_no_referral() -> None:
    assert broken_rules(Opportunity.model_validate(ADD), referral_source=False) == []


@pytest.mark.parametrize(
    "example", [pytest.param(ADD_OPPORTUNITY, id="add"), pytest.param(UPDATE_OPPORTUNITY, id="update")]
)
def test_the_documented_example_is_valid(example: str) -> None:
    opportunity = Opportunity.model_validate(json.loads(example))
    assert broken_rules(opportunity) == []


def test_the_documented_example_is_a_complete_referral() -> None:
    opportunity = Opportunity.model_validate(json.loads(ADD_OPPORTUNITY))
    assert broken_rules(opportunity, referral_source=True) == []
