from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.caller import CONTACT, Caller, reasons, refusal
from webapp.sandbox import SandboxServer

REFERRED = {"sourceId": 26, "referralContactId": 902, "referralCompanyId": 802}


@pytest.mark.parametrize(
    "name",
    [
        "venueId",
        "typeId",
        "sourceId",
        "stageId",
        "industryId",
        "channelId",
        "qualityId",
        "ownerUserId",
        "confirmedQuoteId",
        "cancelledQuoteId",
        "lostToCompetition",
        "companyId",
        "contactId",
        "referralContactId",
        "referralCompanyId",
    ],
)
def test_an_unknown_id_is_refused_with_24224(sandbox: SandboxServer, caller: Caller, name: str) -> None:
    answer = caller.add(**{name: 999})
    assert refusal(answer) == (400, 24224)
    assert reasons(answer) == [f"{name}: 999 is not in the account"]
    assert sandbox.opportunities() == []


def test_updating_a_missing_opportunity_is_refused_with_24222(caller: Caller) -> None:
    answer = caller.update(name="Ada")
    assert refusal(answer) == (400, 24222)
    assert reasons(answer) == ["id: there is no opportunity 755"]


def test_an_update_does_not_move_an_opportunity_to_another_venue(caller: Caller) -> None:
    caller.add()
    answer = caller.update(venueId=108)
    assert refusal(answer) == (400, 24224)
    assert reasons(answer) == ["venueId: is not the venue that the opportunity belongs to"]


@pytest.mark.parametrize("name", ["utmSource", "utmMedium", "utmCampaign", "utmTerm"])
def test_a_campaign_is_accepted_only_when_adding(caller: Caller, name: str) -> None:
    assert caller.add(**{name: "google"}).status_code == 200
    answer = caller.update(**{name: "google"})
    assert refusal(answer) == (400, 24224)
    assert reasons(answer) == [f"{name}: is accepted only when adding"]


def test_utm_content_is_accepted_when_adding_and_when_updating(
    sandbox: SandboxServer, caller: Caller
) -> None:
    assert caller.add(utmContent="one").status_code == 200
    assert caller.update(utmContent="two").status_code == 200
    assert sandbox.opportunities()[0]["utmContent"] == "two"


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"typeId": 21}, "subtypeId: is required for the type Corporate event"),
        ({"typeId": 21, "subtypeId": 999}, "subtypeId: is not a sub-type of Corporate event"),
        ({"typeId": 18, "subtypeId": 211}, "subtypeId: is not a sub-type of Wedding"),
        ({"stageId": 69, "stageReasonId": 130}, "stageReasonId: is not a reason of the stage"),
        ({"stageReasonId": 999}, "stageReasonId: is not a reason of the stage"),
    ],
)
def test_a_subtype_or_reason_must_belong_to_its_type_or_stage(
    caller: Caller, properties: dict[str, Any], reason: str
) -> None:
    answer = caller.add(**properties)
    assert refusal(answer) == (400, 24224)
    assert reasons(answer) == [reason]


def test_a_stage_reason_without_a_stage_may_be_of_any_stage(caller: Caller) -> None:
    assert caller.add(stageReasonId=130).status_code == 200


def test_an_update_to_a_type_with_subtypes_needs_one(caller: Caller) -> None:
    caller.add()
    assert refusal(caller.update(typeId=21)) == (400, 24224)
    assert caller.update(typeId=21, subtypeId=212).status_code == 200
    assert caller.update(typeId=21).status_code == 200


def test_changing_the_type_or_stage_drops_its_subtype_or_reason(
    sandbox: SandboxServer, caller: Caller
) -> None:
    caller.add(typeId=21, subtypeId=211, stageId=69, stageReasonId=127)
    assert caller.update(typeId=18, stageId=70).status_code == 200
    (received,) = sandbox.opportunities()
    assert "subtypeId" not in received
    assert "stageReasonId" not in received


def test_a_referral_source_is_accepted_with_a_contact_and_a_company(caller: Caller) -> None:
    assert caller.add(**REFERRED).status_code == 200
    by_objects = {"referralContact": CONTACT, "referralCompany": {"businessName": "Difference Works"}}
    assert caller.add(sourceId=26, **by_objects).status_code == 200


@pytest.mark.parametrize(
    ("missing", "object_name"),
    [("referralContactId", "referralContact"), ("referralCompanyId", "referralCompany")],
)
def test_a_referral_source_needs_both_a_contact_and_a_company(
    caller: Caller, missing: str, object_name: str
) -> None:
    answer = caller.add(**{name: value for name, value in REFERRED.items() if name != missing})
    assert refusal(answer) == (400, 24224)
    assert reasons(answer) == [
        f"{missing}: is required for the source Referral Program when {object_name} is missing"
    ]


def test_an_update_need_not_repeat_the_referrer(sandbox: SandboxServer, caller: Caller) -> None:
    caller.add(**REFERRED)
    assert caller.update(name="Ada").status_code == 200
    assert caller.update(referralContact=CONTACT).status_code == 200
    assert "referralContactId" not in sandbox.opportunities()[0]


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (12, "2026-05-05"),
        (13, "2026-05-05 10:00:00"),
        (13, "2026-05-05 10:00:00 UTC"),
        (14, 80),
        (14, "80.5"),
        (15, "Buffet"),
        (16, ["Great Hall", "Terrace"]),
        (17, False),
        ("31", "abc"),
        (31, 42),
    ],
)
def test_a_custom_field_accepts_values_of_its_type(caller: Caller, number: object, value: object) -> None:
    assert caller.add(customFields=[{"fieldId": number, "fieldValue": value}]).status_code == 200


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (12, "next May"),
        (13, "2026-05-05"),
        (13, "2026-05-05 25:00:00"),
        (14, "eighty"),
        (14, True),
        (15, "Picnic"),
        (15, ["Buffet"]),
        (16, "Terrace"),
        (16, ["Terrace", "Cellar"]),
        (17, "yes"),
        (31, ["abc"]),
        (31, True),
    ],
)
def test_a_custom_field_refuses_values_of_other_types(caller: Caller, number: int, value: object) -> None:
    answer = caller.add(customFields=[{"fieldId": number, "fieldValue": value}])
    assert refusal(answer) == (400, 24224)
    assert reasons(answer)[0].startswith("customFields[0].fieldValue: is not a valid value for ")


def test_an_unknown_custom_field_is_refused(caller: Caller) -> None:
    answer = caller.add(customFields=[{"fieldId": 99, "fieldValue": "x"}])
    assert refusal(answer) == (400, 24224)
    assert reasons(answer) == ["customFields[0].fieldId: 99 is not in the account"]


def test_an_update_changes_only_the_custom_fields_it_names(sandbox: SandboxServer, caller: Caller) -> None:
    caller.add(customFields=[{"fieldId": 31, "fieldValue": "a"}, {"fieldId": 32, "fieldValue": "b"}])
    caller.update(customFields=[{"fieldId": "32", "fieldValue": "c"}, {"fieldId": 33, "fieldValue": "d"}])
    assert sandbox.opportunities()[0]["customFields"] == [
        {"fieldId": 31, "fieldValue": "a"},
        {"fieldId": "32", "fieldValue": "c"},
        {"fieldId": 33, "fieldValue": "d"},
    ]


def test_a_refused_update_changes_nothing(sandbox: SandboxServer, caller: Caller) -> None:
    caller.add()
    before = sandbox.opportunities()
    assert refusal(caller.update(name="Ada", stageId=999)) == (400, 24224)
    assert sandbox.opportunities() == before
