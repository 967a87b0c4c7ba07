"""The sandbox can put its answers as the platform's own pages do where they differ."""

from __future__ import annotations

from tests.sandbox.caller import LIST, Caller, reasons, refusal
from webapp.sandbox import SandboxServer, account


def test_an_update_can_be_answered_with_the_id_alone(caller: Caller, sandbox: SandboxServer) -> None:
    sandbox.response_options.success_on_update = False
    assert caller.add().json() == {"success": True, "id": 755}
    assert caller.update(name="Ada").json() == {"id": 755}


def test_every_id_can_be_told_in_digits(caller: Caller, sandbox: SandboxServer) -> None:
    sandbox.response_options.ids_in_digits = True
    assert caller.add(contactId=902).json() == {"success": True, "id": "755"}
    (row,) = caller.call(LIST, {}).json()["results"]
    assert (row["id"], row["contact"]["id"], row["venueId"]) == ("755", "902", 107)
    stages = caller.call("crm?action=getLeadStageList", {}).json()["results"]
    assert {"id": "127", "reason": "Website enquiry"} in [each for row in stages for each in row["reasons"]]


def test_a_list_can_promise_more_rows_than_it_has(caller: Caller, sandbox: SandboxServer) -> None:
    sandbox.response_options.rows_promised = 1
    caller.add()
    assert caller.call(LIST, {}).json()["meta"] == {
        "totalResults": 2,
        "start": 0,
        "perPage": 100,
        "count": 1,
    }


def test_the_first_stages_are_none_that_an_enquiry_begins_in(caller: Caller) -> None:
    stages = caller.call("crm?action=getLeadStageList", {}).json()["results"]
    assert [(stage["name"], stage["applyTo"]) for stage in stages][:3] == [
        ("Won", 1),
        ("Cancelled", 1),
        ("To be called back", 2),
    ]


def test_a_stage_of_leads_is_none_of_an_opportunity(caller: Caller) -> None:
    assert account.STAGES[68].apply_to == 2
    answer = caller.add(stageId=68)
    assert refusal(answer) == (400, 24224)
    assert "stageId: 68 is not in the account" in reasons(answer)


def test_a_source_of_the_platforms_own_kind_needs_a_referrer_though_it_is_listed_as_no_referral(
    caller: Caller,
) -> None:
    assert not account.SOURCES[26].is_referral
    answer = caller.add(sourceId=26)
    assert refusal(answer) == (400, 24224)
    assert any(reason.startswith("referralContactId: is required") for reason in reasons(answer))
