from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.caller import ADD, CONTACT, EXAMPLE_ADD, EXAMPLE_UPDATE, MINIMAL, Caller, reasons, refusal
from webapp.sandbox import SandboxServer
from webapp.sandbox.opportunity_shape import PROPERTIES

NOT_INTEGERS: list[Any] = [None, True, 1.5, "", "12a", "-1", " 1", "٣", "9" * 19, [1], {"id": 1}]
NOT_TEXTS: list[Any] = [None, 12, True, ["a"], {"a": "b"}]
NOT_DATES: list[Any] = [None, 20170505, "2017-5-5", "2017-02-30", "05/05/2017", "2017-05-05 10:00:00", ""]
NOT_OBJECTS: list[Any] = [None, "Ada", 901, True, [CONTACT]]
NOT_ARRAYS: list[Any] = [None, "a", 12, {"fieldId": 12}]

# For each property: a valid value, the properties it requires, and values of the wrong type.
PROPERTY_TABLE: dict[str, tuple[Any, dict[str, Any], list[Any]]] = {
    "venueId": (108, {}, NOT_INTEGERS),
    "name": ("Ada", {}, NOT_TEXTS),
    "description": ("Eighty guests", {}, NOT_TEXTS),
    "companyId": (801, {}, NOT_INTEGERS),
    "company": ({"businessName": "Analytical Engines"}, {}, NOT_OBJECTS),
    "companyLeadContactId": (901, {"companyId": 801}, NOT_INTEGERS),
    "contactId": (902, {}, NOT_INTEGERS),
    "contact": (CONTACT, {}, NOT_OBJECTS),
    "qualityId": (1, {}, NOT_INTEGERS),
    "industryId": (77, {}, NOT_INTEGERS),
    "sourceId": (27, {}, NOT_INTEGERS),
    "ownerUserId": (301, {}, NOT_INTEGERS),
    "typeId": (20, {}, NOT_INTEGERS),
    "stageId": (70, {}, NOT_INTEGERS),
    "stageReasonId": (127, {"stageId": 69}, NOT_INTEGERS),
    "channelId": (5, {}, NOT_INTEGERS),
    "utmSource": ("google", {}, NOT_TEXTS),
    "utmMedium": ("cpc", {}, NOT_TEXTS),
    "utmCampaign": ("spring sale", {}, NOT_TEXTS),
    "utmTerm": ("wedding venue", {}, NOT_TEXTS),
    "utmContent": ("blue button", {}, NOT_TEXTS),
    "referralContactId": (902, {}, NOT_INTEGERS),
    "referralContact": (CONTACT, {}, NOT_OBJECTS),
    "referralCompanyId": (802, {}, NOT_INTEGERS),
    "referralCompany": ({"businessName": "Difference Works"}, {}, NOT_OBJECTS),
    "confirmedQuoteId": (501, {}, NOT_INTEGERS),
    "confirmedQuoteStatus": (3, {}, NOT_INTEGERS),
    "cancelledQuoteId": (502, {}, NOT_INTEGERS),
    "lostToCompetition": (61, {}, NOT_INTEGERS),
    "closedDate": ("2028-02-29", {}, NOT_DATES),
    "customFields": ([{"fieldId": 12, "fieldValue": "2026-05-05"}], {}, NOT_ARRAYS),
    "subtypeId": (211, {"typeId": 21}, NOT_INTEGERS),
    "externalUrls": ([{"ref": "a", "url": "https://a.example/1"}], {}, NOT_ARRAYS),
}
RIGHT = [(name, value, beside) for name, (value, beside, _) in PROPERTY_TABLE.items()]
WRONG = [(name, values) for name, (_, _, values) in PROPERTY_TABLE.items()]


def test_these_tests_cover_every_documented_property() -> None:
    assert set(PROPERTY_TABLE) == set(PROPERTIES) - {"id"}


def test_the_documented_addition_is_answered_with_755(sandbox: SandboxServer, caller: Caller) -> None:
    answer = caller.call(ADD, EXAMPLE_ADD)
    assert (answer.status_code, answer.json()) == (200, {"success": True, "id": 755})
    assert sandbox.opportunities() == [{"id": 755, **EXAMPLE_ADD}]


def test_the_documented_update_succeeds_after_it(sandbox: SandboxServer, caller: Caller) -> None:
    caller.call(ADD, EXAMPLE_ADD)
    answer = caller.call(ADD, EXAMPLE_UPDATE)
    assert (answer.status_code, answer.json()) == (200, {"success": True, "id": 755})
    assert sandbox.opportunities() == [{**EXAMPLE_ADD, "id": 755, "name": "Updated Name"}]


@pytest.mark.parametrize(("name", "value", "beside"), RIGHT, ids=[name for name, _, _ in RIGHT])
def test_a_valid_property_is_accepted_and_kept_as_sent(
    sandbox: SandboxServer, caller: Caller, name: str, value: object, beside: dict[str, Any]
) -> None:
    assert caller.add(**beside, **{name: value}).status_code == 200
    assert sandbox.opportunities()[0][name] == value


@pytest.mark.parametrize(
    ("name", "value", "beside"),
    [row for row in RIGHT if isinstance(row[1], int)],
    ids=[name for name, value, _ in RIGHT if isinstance(value, int)],
)
def test_an_integer_may_be_a_string_of_digits(
    caller: Caller, name: str, value: object, beside: dict[str, Any]
) -> None:
    assert caller.add(**beside, **{name: str(value)}).status_code == 200


@pytest.mark.parametrize(("name", "values"), WRONG, ids=PROPERTY_TABLE)
def test_a_property_of_the_wrong_type_does_not_validate(
    sandbox: SandboxServer, caller: Caller, name: str, values: list[Any]
) -> None:
    for value in values:
        answer = caller.add(**{name: value})
        # An empty string for a required property counts as missing.
        expected = (400, 23017) if value == "" and name in MINIMAL else (400, 23016)
        assert refusal(answer) == expected, value
        assert reasons(answer)[0].startswith(f"{name}: ")
    assert sandbox.opportunities() == []


def test_an_id_that_is_not_an_integer_does_not_validate(caller: Caller) -> None:
    for value in NOT_INTEGERS:
        answer = caller.update(id=value, name="Ada")
        assert refusal(answer) == (400, 23016), value
        assert reasons(answer) == ["id: must be an integer (a number or a string of digits)"]


@pytest.mark.parametrize("name", ["utm_source", "Name", "campaign"])
def test_an_unknown_property_does_not_validate(caller: Caller, name: str) -> None:
    answer = caller.add(**{name: "google"})
    assert refusal(answer) == (400, 23016)
    assert reasons(answer) == [f"{name}: is not a property of this call"]


@pytest.mark.parametrize("name", ["venueId", "name", "sourceId", "typeId"])
@pytest.mark.parametrize("blank", [False, True])
def test_adding_without_a_required_property_is_refused_with_23017(
    caller: Caller,
    name: str,
    blank: bool,
) -> None:
    request = {key: value for key, value in MINIMAL.items() if key != name} | ({name: " "} if blank else {})
    answer = caller.call(ADD, request)
    assert refusal(answer) == (400, 23017)
    assert reasons(answer) == [f"{name}: is required"]


def test_updating_requires_the_venue_alone(caller: Caller) -> None:
    caller.add()
    assert refusal(caller.call(ADD, {"id": 755, "name": "Ada"})) == (400, 23017)
    assert caller.call(ADD, {"id": "755", "venueId": 107}).status_code == 200


def test_every_fault_of_a_request_is_named_at_once(caller: Caller) -> None:
    answer = caller.call(ADD, {"venueId": "here", "utm_source": "x", "contact": {"email": "no"}})
    assert refusal(answer) == (400, 23016)
    assert [reason.partition(":")[0] for reason in reasons(answer)] == [
        "name",
        "sourceId",
        "typeId",
        "venueId",
        "utm_source",
        "contact.firstName",
        "contact.lastName",
        "contact.email",
    ]


@pytest.mark.parametrize("body", [b"", b"  ", b"{}", b"null"])
def test_an_empty_request_is_refused_with_24221(caller: Caller, body: bytes) -> None:
    assert refusal(caller.send(ADD, body)) == (400, 24221)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"1",
        b'{"name": NaN}',
        b'{"name": "\xff"}',
        b'{"name": "\\ud800"}',
        b"[" * 100_000,
    ],
    ids=["cut off", "array", "string", "number", "NaN", "latin-1", "half a surrogate pair", "too deep"],
)
def test_a_body_that_is_not_a_json_object_does_not_validate(caller: Caller, body: bytes) -> None:
    assert refusal(caller.send(ADD, body)) == (400, 23016)


@pytest.mark.parametrize("missing", ["firstName", "lastName", "email"])
@pytest.mark.parametrize("part", ["contact", "referralContact"])
def test_a_contact_without_an_id_requires_its_names_and_email(
    caller: Caller, part: str, missing: str
) -> None:
    contact = {key: value for key, value in CONTACT.items() if key != missing}
    answer = caller.add(**{part: contact})
    assert refusal(answer) == (400, 23017)
    assert reasons(answer) == [f"{part}.{missing}: is required"]


def test_a_contact_with_an_id_requires_nothing_else(caller: Caller) -> None:
    assert caller.add(contact={"id": 902}).status_code == 200


@pytest.mark.parametrize("part", ["company", "referralCompany"])
def test_a_company_without_an_id_requires_its_business_name(caller: Caller, part: str) -> None:
    answer = caller.add(**{part: {"phone": "1"}})
    assert refusal(answer) == (400, 23017)
    assert reasons(answer) == [f"{part}.businessName: is required"]


def test_a_contact_may_have_every_documented_property(caller: Caller) -> None:
    contact = CONTACT | {
        "externalId": "A-1",
        "phone": "+61 2 5550 1234",
        "groups": [{"groupId": 10}],
        "customFields": [{"fieldId": 51, "value": "None"}],
        "companies": [801, "802"],
        "status": 1,
        "smsStatus": "4",
        "updateIfExists": True,
        "privacyConsent": True,
    }
    assert caller.add(contact=contact).status_code == 200


def test_a_company_may_have_every_documented_property(caller: Caller) -> None:
    names = (
        "tradingName",
        "businessNumber",
        "phone",
        "otherPhone",
        "fax",
        "website",
        "externalId",
        "iataNumber",
    )
    company = dict.fromkeys(names, "text") | {
        "businessName": "Analytical Engines",
        "email": "office@engines.example",
        "address": {
            "line1": "1 Quay",
            "city": "Sydney",
            "stateCode": "NSW",
            "countryCode": "AU",
            "postalCode": "1",
        },
        "primaryContactId": 902,
        "industryId": 79,
        "updateIfExists": False,
        "customFields": [{"fieldId": 52, "value": True}],
        "primaryAccountManagerId": 301,
        "isAgent": 1,
        "commissionSpace": 20,
        "commissionSpaceType": "2",
    }
    assert caller.add(company=company).status_code == 200


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ({"contact": CONTACT | {"email": "ada"}}, "contact.email"),
        ({"contact": CONTACT | {"email": "ada@example"}}, "contact.email"),
        ({"contact": CONTACT | {"phone": 61255501234}}, "contact.phone"),
        ({"contact": CONTACT | {"status": 4}}, "contact.status"),
        ({"contact": CONTACT | {"status": 6}}, "contact.status"),
        ({"contact": CONTACT | {"smsStatus": "5"}}, "contact.smsStatus"),
        ({"contact": CONTACT | {"groups": [10]}}, "contact.groups[0]"),
        ({"contact": CONTACT | {"updateIfExists": "true"}}, "contact.updateIfExists"),
        ({"contact": CONTACT | {"first_name": "Ada"}}, "contact.first_name"),
        (
            {"contact": CONTACT | {"customFields": [{"fieldId": 51, "fieldValue": 1}]}},
            "contact.customFields[0]",
        ),
        ({"company": {"businessName": "A", "address": {"street": "B"}}}, "company.address.street"),
        (
            {"company": {"businessName": "A", "primaryContact": CONTACT | {"email": 1}}},
            "company.primaryContact.email",
        ),
        ({"customFields": [{"fieldId": 12, "fieldValue": None}]}, "customFields[0].fieldValue"),
        ({"customFields": [{"fieldId": 12, "value": "x", "fieldValue": "x"}]}, "customFields[0].value"),
        ({"customFields": [{"fieldId": n, "fieldValue": "x"} for n in (31, "31")]}, "customFields"),
        ({"customFields": ["x"]}, "customFields[0]"),
        ({"externalUrls": [{"ref": "a", "url": "http://a.example"}]}, "externalUrls[0].url"),
        ({"externalUrls": [{"ref": "a", "url": "https://"}]}, "externalUrls[0].url"),
        ({"externalUrls": [{"ref": "a", "url": "https://[a"}]}, "externalUrls[0].url"),
        ({"externalUrls": [{"ref": "a", "url": "https://a.example/b c"}]}, "externalUrls[0].url"),
        ({"externalUrls": [{"ref": "a", "url": "https://a.example"}] * 2}, "externalUrls"),
        ({"externalUrls": [{"ref": f"{n}", "url": "https://a.example"} for n in range(4)]}, "externalUrls"),
    ],
)
def test_an_invalid_part_of_an_object_does_not_validate(
    caller: Caller, part: dict[str, object], path: str
) -> None:
    answer = caller.add(**part)
    assert refusal(answer) == (400, 23016)
    assert any(reason.startswith(path) for reason in reasons(answer))


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ({"customFields": [{"fieldValue": "x"}]}, "customFields[0].fieldId"),
        ({"customFields": [{"fieldId": 31}]}, "customFields[0].fieldValue"),
        ({"externalUrls": [{"url": "https://a.example"}]}, "externalUrls[0].ref"),
        ({"externalUrls": [{"ref": "a"}]}, "externalUrls[0].url"),
    ],
)
def test_a_missing_part_of_an_entry_is_refused_with_23017(
    caller: Caller, part: dict[str, object], path: str
) -> None:
    answer = caller.add(**part)
    assert refusal(answer) == (400, 23017)
    assert reasons(answer) == [f"{path}: is required"]


def test_three_external_urls_are_accepted(caller: Caller) -> None:
    urls = [{"ref": f"{n}", "url": f"https://a.example/{n}", "label": "A"} for n in range(3)]
    assert caller.add(externalUrls=urls).status_code == 200
