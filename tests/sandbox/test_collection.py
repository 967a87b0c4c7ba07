from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.caller import LIST, Caller, reasons, refusal

ACCOUNT_LISTS = {
    "venue?action=getVenueList": {"id": 107, "businessName": "Harbour Hall"},
    "crm?action=getLeadTypeList": {"id": 18, "type": "Wedding", "subtypes": []},
    "crm?action=getLeadSourceList": {
        "id": 26,
        "name": "Referral Program",
        "description": None,
        "cost": 0,
        "isReferral": False,
        "defaultType": 1,
    },
    "crm?action=getLeadChannelList": {"id": 5, "name": "Direct"},
    "crm?action=getLeadQualityList": {"id": 1, "label": "A-Grade"},
    "account?action=getIndustryList": {"id": 77, "name": "Hospitality"},
    "account?action=getUserList": {
        "id": 301,
        "firstName": "Robin",
        "lastName": "Marsh",
        "email": "robin.marsh@harbourhall.example",
    },
}


def results(caller: Caller, **request: object) -> list[dict[str, Any]]:
    answer = caller.call(LIST, request)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


def names(caller: Caller, **request: object) -> list[str]:
    return [row["name"] for row in results(caller, **request)]


@pytest.mark.parametrize(("call", "row"), ACCOUNT_LISTS.items(), ids=ACCOUNT_LISTS)
def test_an_account_list_has_the_documented_rows(caller: Caller, call: str, row: dict[str, Any]) -> None:
    answer = caller.send(call, b"").json()
    assert row in answer["results"]
    count = len(answer["results"])
    assert answer["meta"] == {"totalResults": count, "start": 0, "perPage": 100, "count": count}


def test_stages_and_types_list_their_reasons_and_subtypes(caller: Caller) -> None:
    stages = caller.call("crm?action=getLeadStageList", {}).json()["results"]
    types = caller.call("crm?action=getLeadTypeList", {}).json()["results"]
    reasons = {stage["name"]: stage["reasons"] for stage in stages}
    assert {"id": 127, "reason": "Website enquiry"} in reasons["New enquiry"]
    assert {"id": 211, "name": "Day meeting"} in types[3]["subtypes"]


def test_an_opportunitys_row_has_its_values_and_the_names_of_ids(caller: Caller) -> None:
    urls = [{"ref": "enquiry", "url": "https://forms.example/r/1", "label": "Receipt"}]
    caller.add(
        description="Eighty guests",
        typeId="21",
        subtypeId=211,
        stageId=69,
        stageReasonId=127,
        channelId=5,
        qualityId=1,
        ownerUserId=301,
        contactId=902,
        externalUrls=urls,
    )
    (row,) = results(caller)
    expected = {
        "id": 755,
        "venueId": 107,
        "name": "Ada Lovelace",
        "description": "Eighty guests",
        "typeId": 21,
        "type": "Corporate event",
        "subtypeId": 211,
        "sourceName": "Website",
        "stageName": "New enquiry",
        "stageReasonName": "Website enquiry",
        "channelName": "Direct",
        "quality": "A-Grade",
        "externalUrls": urls,
        "createdDate": "2026-03-04 10:20:30 UTC",
        "modifiedDate": "2026-03-04 10:20:30 UTC",
    }
    assert expected.items() <= row.items()
    assert (row["contact"]["email"], row["company"]) == ("jamie.cole@home.example", None)
    assert row["ownerUser"]["lastName"] == "Marsh"


def test_pages_have_no_gap_or_overlap(caller: Caller) -> None:
    for number in range(5):
        caller.add(name=f"Lead {number}")
    answer = caller.call(LIST, {"start": 2, "perPage": "2"}).json()
    assert answer["meta"] == {"totalResults": 5, "start": 2, "perPage": 2, "count": 2}
    assert [row["name"] for row in answer["results"]] == ["Lead 2", "Lead 3"]
    assert names(caller, start=4, perPage=2) == ["Lead 4"]
    assert names(caller, start=5, perPage=2) == []


def test_a_page_has_at_most_a_hundred_rows(caller: Caller) -> None:
    for number in range(101):
        caller.add(name=f"Lead {number}")
    answer = caller.call(LIST, {"perPage": 500}).json()
    assert answer["meta"] == {"totalResults": 101, "start": 0, "perPage": 100, "count": 100}
    assert caller.call(LIST, {}).json()["meta"]["perPage"] == 100


def test_only_the_requested_venues_opportunities_are_listed(caller: Caller) -> None:
    caller.add(name="Hall")
    caller.add(name="Pavilion", venueId="108")
    assert names(caller, venueIds=["108"]) == ["Pavilion"]
    assert names(caller, venueIds=[107, 108]) == ["Hall", "Pavilion"]
    assert names(caller, venueIds=[]) == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"name": "ada ONE"}, ["Ada One"]),
        ({"name__CONTAINS": "one"}, ["Ada One", "Bob One"]),
        ({"name__NOTCONTAINS": "one"}, ["Ada Two"]),
        ({"name__BEGINS": "ada"}, ["Ada One", "Ada Two"]),
        ({"name__ENDS": "two"}, ["Ada Two"]),
        ({"name__NOT": "Ada One"}, ["Bob One", "Ada Two"]),
        ({"id": 756}, ["Bob One"]),
        ({"id": "756"}, ["Bob One"]),
        ({"id__LESSTHAN": "756"}, ["Ada One", "Bob One"]),
        ({"id__GREATERTHAN": 756}, ["Bob One", "Ada Two"]),
        ({"createdDate__GREATERTHAN": "2026-03-04"}, ["Ada One", "Bob One", "Ada Two"]),
        ({"createdDate__LESSTHAN": "2026-03-04"}, []),
        ({"channelId__LESSTHAN": 9}, ["Bob One"]),
        ({"channelId__GREATERTHAN": 1}, ["Bob One"]),
        ({"description__CONTAINS": "guests"}, ["Ada Two"]),
        ({"description__EMPTY": True}, ["Ada One", "Bob One"]),
        ({"description__EMPTY": False}, ["Ada Two"]),
        ({"name__BEGINS": "ada", "name__ENDS": "one"}, ["Ada One"]),
        ({}, ["Ada One", "Bob One", "Ada Two"]),
    ],
)
def test_a_filter_keeps_the_matching_rows(
    caller: Caller, filters: dict[str, object], expected: list[str]
) -> None:
    caller.add(name="Ada One")
    caller.add(name="Bob One", channelId=5)
    caller.add(name="Ada Two", description="Eighty guests")
    assert names(caller, filter=filters) == expected


def test_an_account_list_can_be_filtered_and_paged(caller: Caller) -> None:
    answer = caller.call("crm?action=getLeadSourceList", {"filter": {"defaultType": 1}, "perPage": 1}).json()
    assert [row["id"] for row in answer["results"]] == [26]


@pytest.mark.parametrize(
    ("request_body", "path"),
    [
        ({"start": -1}, "start"),
        ({"start": "first"}, "start"),
        ({"perPage": 0}, "perPage"),
        ({"filter": "name"}, "filter"),
        ({"filter": {"nme": "Ada"}}, "filter.nme"),
        ({"filter": {"name__LIKE": "Ada"}}, "filter.name__LIKE"),
        ({"filter": {"name__": "Ada"}}, "filter.name__"),
        ({"filter": {"name": None}}, "filter.name"),
        ({"filter": {"name__CONTAINS": ["Ada"]}}, "filter.name__CONTAINS"),
        ({"filter": {"name__EMPTY": "yes"}}, "filter.name__EMPTY"),
        ({"venueIds": 107}, "venueIds"),
        ({"venueId": [107]}, "venueId"),
        ([], "must be an object"),
    ],
)
def test_an_invalid_list_request_does_not_validate(caller: Caller, request_body: object, path: str) -> None:
    answer = caller.call(LIST, request_body)
    assert refusal(answer) == (400, 23016)
    assert reasons(answer)[0].partition(":")[0] == path
