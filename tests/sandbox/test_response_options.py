"""The sandbox can answer in every way in which the platform's documentation contradicts itself."""

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
    assert {"id": "127", "reason": "Website enquiry"} in [
        reason for row in stages for reason in row["reasons"]
    ]


def test_a_list_can_promise_more_rows_than_it_has(caller: Caller, sandbox: SandboxServer) -> None:
    sandbox.response_options.rows_promised = 1
    caller.add()
    assert caller.call(LIST, {}).json()["meta"] == {
        "totalResults": 2,
        "start": 0,
        "perPage": 100,
        "count": 1,
    }


def test_the_first_listed_stages_are_not_initial_ones(caller: Caller) -> None:
    stages = caller.call("crm?action=getLeadStageList", {}).json()["results"]
    assert [(stage["name"], stage["applyTo"]) for stage in stages][:3] == [
        ("Won", 1),
        ("Cancelled", 1),
        ("To be called back", 2),
    ]


def test_a_stage_for_leads_is_refused(caller: Caller) -> None:
    assert account.STAGES[68].apply_to == 2
    answer = caller.add(stageId=68)
    assert refusal(answer) == (400, 24224)
    assert "stageId: 68 is not in the account" in reasons(answer)


def test_a_referral_source_by_default_type_needs_a_referrer(
    caller: Caller,
) -> None:
    assert not account.SOURCES[26].is_referral
    answer = caller.add(sourceId=26)
    assert refusal(answer) == (400, 24224)
    assert any(reason.startswith("referralContactId: is required") for reason in reasons(answer))
