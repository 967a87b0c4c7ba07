from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.caller import CONTACT, LIST, Caller, reasons, refusal
from webapp.sandbox import SandboxServer

COMPANY: dict[str, Any] = {"businessName": "Analytical Engines"}
ALEX = {
    "firstName": "Alex",
    "lastName": "Reed",
    "email": "alex.reed@tidewater.example",
    "updateIfExists": True,
}
TIDEWATER = {"businessName": "Tidewater Events", "updateIfExists": True}


def assigned(caller: Caller) -> tuple[int | None, int | None]:
    """Return the ids of the contact and the company of the newest opportunity."""
    row = caller.call(LIST, {}).json()["results"][-1]
    return (row["contact"] or {}).get("id"), (row["company"] or {}).get("id")


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, (None, None)),
        ({"contactId": 901}, (901, None)),
        ({"contactId": 902}, (902, None)),
        ({"contact": CONTACT}, (904, None)),
        ({"contact": {"id": 902, "phone": "1"}}, (902, None)),
        ({"companyId": 801}, (None, 801)),
        ({"companyId": 801, "companyLeadContactId": 901}, (901, 801)),
        ({"companyId": 801, "contact": {"id": 901}}, (901, 801)),
        ({"companyId": 801, "contact": ALEX}, (901, 801)),
        ({"companyId": 802, "contact": CONTACT | {"companies": [802]}}, (904, 802)),
        ({"company": TIDEWATER, "companyLeadContactId": 901}, (901, 801)),
        ({"company": {"id": 801}, "companyLeadContactId": 901}, (901, 801)),
        ({"company": COMPANY, "contact": CONTACT}, (904, 803)),
        ({"company": COMPANY, "contact": ALEX}, (901, 803)),
    ],
)
def test_an_opportunity_is_assigned_to_contact_company_or_both(
    caller: Caller, properties: dict[str, Any], expected: tuple[int | None, int | None]
) -> None:
    assert caller.add(**properties).status_code == 200
    assert assigned(caller) == expected


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        (
            {"companyId": 801, "contactId": 901},
            "contactId: cannot be sent with a company: use companyLeadContactId or contact",
        ),
        (
            {"company": COMPANY, "contactId": 901},
            "contactId: cannot be sent with a company: use companyLeadContactId or contact",
        ),
        ({"companyLeadContactId": 901}, "companyLeadContactId: needs companyId or company"),
        (
            {"companyId": 801, "companyLeadContactId": 903},
            "companyLeadContactId: is not a contact of the company",
        ),
        (
            {"company": COMPANY, "companyLeadContactId": 901},
            "companyLeadContactId: is not a contact of the company",
        ),
        ({"companyId": 802, "contact": CONTACT}, "contact: is not a contact of the company in companyId"),
        ({"companyId": 802, "contact": ALEX}, "contact: is not a contact of the company in companyId"),
        ({"companyId": 801, "company": TIDEWATER}, "companyId: must not be sent together with company"),
        ({"contactId": 902, "contact": CONTACT}, "contactId: must not be sent together with contact"),
        (
            {"referralContactId": 902, "referralContact": CONTACT},
            "referralContactId: must not be sent together with referralContact",
        ),
        ({"contact": {"id": 999}}, "contact.id: 999 is not in the account"),
        ({"contact": CONTACT | {"companies": [999]}}, "contact.companies: 999 is not in the account"),
        (
            {"contact": CONTACT | {"groups": [{"groupId": 999}]}},
            "contact.groups.groupId: 999 is not in the account",
        ),
        ({"company": {"id": 999}}, "company.id: 999 is not in the account"),
        ({"company": COMPANY | {"industryId": 999}}, "company.industryId: 999 is not in the account"),
        (
            {"company": COMPANY | {"primaryAccountManagerId": 999}},
            "company.primaryAccountManagerId: 999 is not in the account",
        ),
        (
            {"referralCompany": COMPANY | {"primaryContact": {"id": 999}}},
            "referralCompany.primaryContact.id: 999 is not in the account",
        ),
    ],
)
def test_an_invalid_assignment_is_refused_with_24224(
    caller: Caller, properties: dict[str, Any], reason: str
) -> None:
    answer = caller.add(**properties)
    assert refusal(answer) == (400, 24224)
    assert reason in reasons(answer)


def test_contact_and_company_in_one_request_are_linked(caller: Caller) -> None:
    caller.add(company=COMPANY, contact=CONTACT)
    assert caller.add(companyId=803, companyLeadContactId=904).status_code == 200


def test_a_contacts_groups_and_companies_are_replaced(caller: Caller, sandbox: SandboxServer) -> None:
    assert [len(sandbox.contacts()[901][name]) for name in ("groups", "companies")] == [2, 1]
    caller.add(contact=ALEX | {"phone": "1"})
    assert [len(sandbox.contacts()[901][name]) for name in ("groups", "companies")] == [2, 1]
    caller.add(contact=ALEX | {"groups": [{"groupId": 10}], "companies": [802]})
    assert sandbox.contacts()[901]["groups"] == [{"groupId": 10}]
    assert sandbox.contacts()[901]["companies"] == [802]
    assert refusal(caller.add(companyId=801, companyLeadContactId=901)) == (400, 24224)


def test_a_company_sent_with_a_contact_is_added_to_theirs(caller: Caller, sandbox: SandboxServer) -> None:
    assert caller.add(company={"id": 802}, contact=ALEX).status_code == 200
    assert sandbox.contacts()[901]["companies"] == [801, 802]


def test_a_contact_with_replaced_companies_leaves_the_old_one(caller: Caller) -> None:
    answer = caller.add(companyId=801, contact=ALEX | {"companies": [802]})
    assert "contact: is not a contact of the company in companyId" in reasons(answer)


def test_a_companys_primary_contact_is_linked_to_it(caller: Caller) -> None:
    caller.add(company=COMPANY | {"primaryContact": CONTACT})
    assert caller.add(companyId=803, companyLeadContactId=904).status_code == 200


def test_update_if_exists_finds_a_contact_by_both_names_and_email(caller: Caller) -> None:
    caller.add(contact=CONTACT)
    caller.add(contact=CONTACT | {"updateIfExists": True, "phone": "1"})
    assert assigned(caller) == (904, None)
    caller.add(contact=CONTACT | {"updateIfExists": True, "lastName": "Byron"})
    assert assigned(caller) == (905, None)


def test_without_update_if_exists_a_known_contact_is_added_again(caller: Caller) -> None:
    caller.add(contact=CONTACT)
    caller.add(contact=CONTACT)
    assert assigned(caller) == (905, None)


def test_update_if_exists_finds_a_company_by_its_business_name(caller: Caller) -> None:
    caller.add(company=COMPANY)
    caller.add(company=COMPANY | {"updateIfExists": True})
    assert assigned(caller) == (None, 803)


def test_an_update_without_contact_or_company_keeps_the_assignment(
    caller: Caller,
) -> None:
    caller.add(companyId=801, companyLeadContactId=901)
    caller.update(name="Ada")
    assert assigned(caller) == (901, 801)


def test_an_update_with_a_contact_alone_reassigns_to_the_contact(caller: Caller) -> None:
    caller.add(companyId=801, companyLeadContactId=901)
    caller.update(contactId=902)
    assert assigned(caller) == (902, None)
