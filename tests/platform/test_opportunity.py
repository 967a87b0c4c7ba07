"""An opportunity accepts every documented property with its documented type, and nothing else."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.platform.examples import ADD_OPPORTUNITY, UPDATE_OPPORTUNITY
from webapp.platform.opportunity import Opportunity

CONTACT: Final = {
    "id": 3,
    "externalId": "crm-3",
    "firstName": "Zoë",
    "lastName": "Ng",
    "email": "zoe@example.com",
    "phone": "+61412345678",
    "groups": [{"groupId": "10"}],
    "customFields": [{"fieldId": 51, "value": "none"}],
    "companies": [801, "802"],
    "status": 1,
    "smsStatus": "2",
    "updateIfExists": True,
    "privacyConsent": False,
}
COMPANY: Final = {
    "id": "4",
    "externalId": "crm-4",
    "businessName": "Tidewater",
    "tradingName": "Tide",
    "businessNumber": "51 824 753 556",
    "phone": "1",
    "otherPhone": "2",
    "fax": "3",
    "website": "https://tidewater.example",
    "email": "office@tidewater.example",
    "address": {
        "line1": "1 Quay St",
        "line2": "Level 2",
        "line3": "East",
        "line4": "Door 4",
        "city": "Sydney",
        "stateCode": "NSW",
        "countryCode": "AU",
        "postalCode": "2000",
    },
    "primaryContactId": 5,
    "primaryContact": CONTACT,
    "industryId": 77,
    "updateIfExists": True,
    "customFields": [{"fieldId": "52", "value": ["a", 1, True]}],
}
CUSTOM_FIELDS: Final = [
    {"fieldId": 12, "fieldValue": "2026-05-31"},
    {"fieldId": "14", "fieldValue": 120},
    {"fieldId": 16, "fieldValue": ["Great Hall", "Terrace"]},
    {"fieldId": 17, "fieldValue": False},
    {"fieldId": 31, "fieldValue": ""},
]
EXTERNAL_URLS: Final = [
    {"ref": "receipt", "url": "https://forms.example.com/r/1", "label": "The receipt"},
    {"ref": "plan", "url": "https://forms.example.com/plan"},
    {"ref": "map", "url": "https://forms.example.com/map"},
]

INTEGERS: Final = [
    "id",
    "venueId",
    "companyId",
    "companyLeadContactId",
    "contactId",
    "qualityId",
    "industryId",
    "sourceId",
    "ownerUserId",
    "typeId",
    "subtypeId",
    "stageId",
    "stageReasonId",
    "channelId",
    "referralContactId",
    "referralCompanyId",
    "confirmedQuoteId",
    "confirmedQuoteStatus",
    "cancelledQuoteId",
    "lostToCompetition",
]
STRINGS: Final = ["name", "description", "utmSource", "utmMedium", "utmCampaign", "utmTerm", "utmContent"]
CONTACTS: Final = ["contact", "referralContact"]
COMPANIES: Final = ["company", "referralCompany"]


def every(names: list[str], values: list[Any]) -> dict[str, list[Any]]:
    return {name: [*values] for name in names}


ACCEPTED: Final[dict[str, list[Any]]] = {
    **every(INTEGERS, [755, 0, "755", "0755", "9" * 18]),
    **every(STRINGS, ["Lead By API", "", "Zoë 婚礼 🎉", "two\nlines", "755"]),
    **every(CONTACTS, [CONTACT, {"id": 3}, {}]),
    **every(COMPANIES, [COMPANY, {"businessName": "Tidewater"}]),
    "closedDate": ["2017-05-05", "2028-02-29"],
    "customFields": [CUSTOM_FIELDS, []],
    "externalUrls": [EXTERNAL_URLS, EXTERNAL_URLS[:1], []],
}
WRONG: Final[dict[str, list[Any]]] = {
    **every(
        INTEGERS,
        [True, False, 7.0, 7.5, "", " 7", "7\n", "7.0", "seven", "-7", "７", "0x7", "1_000", [], [7], {}],  # noqa: RUF001 (a full-width digit)
    ),
    **every(STRINGS, [755, 7.5, True, [], ["Lead"], {}]),
    **every(CONTACTS, ["Zoë Ng", 3, True, [], [CONTACT]]),
    **every(COMPANIES, ["Tidewater", 4, True, [], [COMPANY]]),
    "closedDate": [
        "05/05/2017",
        "2017-5-5",
        "2017-02-30",
        "2017-05-05 10:00:00",
        "2017-05-05T00:00:00",
        "20170505",
        "2017-05-05\n",
        "",
        20170505,
        1493942400,
        True,
        [],
        {},
    ],
    "customFields": ["12", 12, True, {}, {"fieldId": 12, "fieldValue": "x"}, [12], ["x"], [{}]],
    "externalUrls": ["https://a.example", 1, {}, [1], ["https://a.example"], [{}]],
}


def rows(table: dict[str, list[Any]]) -> list[Any]:
    return [pytest.param(name, values, id=name) for name, values in table.items()]


def is_refused(name: str, value: object) -> bool:
    try:
        Opportunity.model_validate({name: value})
    except ValidationError as refusal:
        return {fault["loc"][0] for fault in refusal.errors()} == {name}
    return False


def test_these_tables_cover_every_property() -> None:
    known = {field.alias for field in Opportunity.model_fields.values()}
    assert set(ACCEPTED) == set(WRONG) == known


@pytest.mark.parametrize(("name", "values"), rows(ACCEPTED))
def test_a_valid_property_is_sent_unchanged_under_its_name(name: str, values: list[object]) -> None:
    for value in values:
        sent = Opportunity.model_validate({name: value}).as_json()
        assert sent == {name: value}
        assert type(sent[name]) is type(value)
        assert json.loads(json.dumps(sent)) == {name: value}


@pytest.mark.parametrize(("name", "values"), rows(WRONG))
def test_a_property_of_the_wrong_type_is_refused_by_name(name: str, values: list[object]) -> None:
    taken = [value for value in values if not is_refused(name, value)]
    assert taken == []


@pytest.mark.parametrize(
    "example", [pytest.param(ADD_OPPORTUNITY, id="add"), pytest.param(UPDATE_OPPORTUNITY, id="update")]
)
def test_the_documented_example_round_trips(example: str) -> None:
    request = json.loads(example)
    assert Opportunity.model_validate(request).as_json() == request


def test_an_unset_property_is_not_sent() -> None:
    assert Opportunity().as_json() == {}


@pytest.mark.parametrize(
    ("request_", "place"),
    [
        pytest.param({"venueID": 107}, ("venueID",), id="misspelt"),
        pytest.param({"budget": 107}, ("budget",), id="unknown"),
        pytest.param({"contact": {"surname": "Ng"}}, ("contact", "surname"), id="in a contact"),
        pytest.param({"company": {"name": "T"}}, ("company", "name"), id="in a company"),
        pytest.param(
            {"company": {"address": {"street": "Quay"}}}, ("company", "address", "street"), id="in an address"
        ),
        pytest.param(
            {"company": {"primaryAccountManagerId": 1}},
            ("company", "primaryAccountManagerId"),
            id="an account field, which no form may set",
        ),
        pytest.param(
            {"customFields": [{"fieldId": 1, "fieldValue": 2, "value": 2}]},
            ("customFields", 0, "value"),
            id="in a custom field",
        ),
        pytest.param(
            {"externalUrls": [{**EXTERNAL_URLS[0], "title": "x"}]},
            ("externalUrls", 0, "title"),
            id="in an external URL",
        ),
    ],
)
def test_an_unknown_property_is_refused_with_its_path(
    request_: dict[str, Any], place: tuple[str | int, ...]
) -> None:
    with pytest.raises(ValidationError) as refusal:
        Opportunity.model_validate(request_)
    assert [(fault["loc"], fault["type"]) for fault in refusal.value.errors()] == [(place, "extra_forbidden")]


@pytest.mark.parametrize(
    ("request_", "missing"),
    [
        pytest.param({"customFields": [{"fieldId": 12}]}, "fieldValue", id="a custom field without a value"),
        pytest.param({"customFields": [{"fieldValue": "x"}]}, "fieldId", id="a custom field without an id"),
        pytest.param(
            {"contact": {"customFields": [{"fieldId": 51}]}}, "value", id="a contact's field without a value"
        ),
        pytest.param(
            {"contact": {"customFields": [{"fieldId": 51, "fieldValue": "x"}]}},
            "value",
            id="a contact's field spelt as an opportunity's",
        ),
        pytest.param(
            {"company": {"customFields": [{"value": 1}]}}, "fieldId", id="a company's field without an id"
        ),
        pytest.param({"contact": {"groups": [{}]}}, "groupId", id="a group without an id"),
        pytest.param(
            {"externalUrls": [{"url": "https://a.example"}]}, "ref", id="an external URL without a ref"
        ),
        pytest.param({"externalUrls": [{"ref": "a"}]}, "url", id="an external URL without a url"),
    ],
)
def test_an_object_that_needs_two_keys_is_refused_with_one(request_: dict[str, Any], missing: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Opportunity.model_validate(request_)
    assert (missing, "missing") in {(fault["loc"][-1], fault["type"]) for fault in refusal.value.errors()}


def test_a_fourth_external_url_is_refused() -> None:
    four = [*EXTERNAL_URLS, {"ref": "fourth", "url": "https://forms.example.com/4"}]
    with pytest.raises(ValidationError, match="at most 3"):
        Opportunity.model_validate({"externalUrls": four})


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example",
        "ftp://a.example",
        "//a.example",
        "a.example",
        "javascript:alert(1)",
        "https://",
        "https://a.example/two words",
        "https://a.example/\nhttps://b.example",
        "",
    ],
)
def test_an_external_url_is_https_without_spaces(url: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Opportunity.model_validate({"externalUrls": [{"ref": "a", "url": url}]})
    assert refusal.value.errors()[0]["loc"] == ("externalUrls", 0, "url")


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        pytest.param("groups", [{"groupId": True}], id="a group's id"),
        pytest.param("companies", [True], id="a company's id"),
        pytest.param("status", "subscribed", id="a status in words"),
        pytest.param("updateIfExists", "true", id="a flag in words"),
        pytest.param("updateIfExists", 1, id="a flag as a number"),
        pytest.param("privacyConsent", "yes", id="a consent in words"),
        pytest.param("firstName", 5, id="a name as a number"),
        pytest.param("email", ["a@example.com"], id="a list of addresses"),
    ],
)
def test_a_contacts_properties_are_typed_as_well(path: str, wrong: object) -> None:
    with pytest.raises(ValidationError) as refusal:
        Opportunity.model_validate({"contact": {path: wrong}})
    assert refusal.value.errors()[0]["loc"][:2] == ("contact", path)


def test_an_opportunity_is_immutable() -> None:
    opportunity = Opportunity.model_validate({"name": "Lead"})
    with pytest.raises(ValidationError, match="frozen"):
        opportunity.name = "Another"  # type: ignore[misc]


@given(number=st.integers(0, 10**18 - 1), zeros=st.integers(0, 3))
def test_digits_stay_a_string_and_a_number_stays_a_number(number: int, zeros: int) -> None:
    digits = ("0" * zeros + str(number))[-18:]
    assert Opportunity.model_validate({"venueId": digits}).as_json() == {"venueId": digits}
    sent = Opportunity.model_validate({"venueId": number}).as_json()["venueId"]
    assert (type(sent), sent) == (int, number)
