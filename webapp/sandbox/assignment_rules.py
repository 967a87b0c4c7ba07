"""Whom an opportunity may be assigned to.

Source: the user's document, "Assigning a company/contact to the opportunity".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from webapp.sandbox import account
from webapp.sandbox.directory import Directory, integers
from webapp.sandbox.property_types import PropertyProblem, to_integer
from webapp.sandbox.refusal import Json, JsonObject

_CONTACT_IDS = ("companyLeadContactId", "contactId", "referralContactId")
_COMPANY_IDS = ("companyId", "referralCompanyId")

# The document joins each pair by "or"; a request with both would name two parties for one role.
_EITHER_OR = (
    ("companyId", "company"),
    ("companyLeadContactId", "contact"),
    ("contactId", "contact"),
    ("referralContactId", "referralContact"),
    ("referralCompanyId", "referralCompany"),
)


def unknown_parties(request: JsonObject, directory: Directory) -> Iterator[PropertyProblem]:
    """Yield every id in contacts and companies that the account does not have."""
    for name in _CONTACT_IDS:
        yield from _unknown(name, request.get(name), directory.contacts)
    for name in _COMPANY_IDS:
        yield from _unknown(name, request.get(name), directory.companies)
    for name in ("contact", "referralContact"):
        yield from _unknown_in_contact(name, request.get(name), directory)
    for name in ("company", "referralCompany"):
        yield from _unknown_in_company(name, request.get(name), directory)


def assignment_problems(request: JsonObject, directory: Directory) -> Iterator[PropertyProblem]:
    """Yield every broken rule about who may be the contact of an opportunity."""
    for one, other in _EITHER_OR:
        if one in request and other in request:
            yield PropertyProblem(one, f"must not be sent together with {other}")
    if "companyId" in request or "company" in request:
        if "contactId" in request:
            yield PropertyProblem(
                "contactId", "cannot be sent with a company: use companyLeadContactId or contact"
            )
        yield from _contact_belongs_to_company(request, directory)
    elif "companyLeadContactId" in request:
        yield PropertyProblem("companyLeadContactId", "needs companyId or company")


def _contact_belongs_to_company(request: JsonObject, directory: Directory) -> Iterator[PropertyProblem]:
    company = request.get("company")
    company_id = (
        directory.match_company(company)
        if isinstance(company, dict)
        else to_integer(request.get("companyId"))
    )
    lead = directory.contacts.get(to_integer(request.get("companyLeadContactId")) or 0)
    if lead is not None and company_id not in lead.company_ids:
        yield PropertyProblem("companyLeadContactId", "is not a contact of the company")
    contact = request.get("contact")
    # The platform links a contact to a company object; with companyId, the contact must belong already.
    if isinstance(contact, dict) and "company" not in request:
        known = directory.contacts.get(directory.match_contact(contact) or 0)
        # The companies sent replace those that the contact had.
        companies = contact.get("companies", [*(known.company_ids if known else ())])
        if company_id not in integers(companies):
            yield PropertyProblem("contact", "is not a contact of the company in companyId")


def _unknown(path: str, value: Json, known: Collection[int]) -> Iterator[PropertyProblem]:
    number = to_integer(value)
    if number is not None and number not in known:
        yield PropertyProblem(path, f"{number} is not in the account")


def _unknown_in_contact(path: str, contact: Json, directory: Directory) -> Iterator[PropertyProblem]:
    if not isinstance(contact, dict):
        return
    yield from _unknown(f"{path}.id", contact.get("id"), directory.contacts)
    for number in integers(contact.get("companies")):
        yield from _unknown(f"{path}.companies", number, directory.companies)
    yield from _unknown_entries(path, contact, "groups", "groupId", account.SUBSCRIPTION_GROUPS)
    yield from _unknown_entries(path, contact, "customFields", "fieldId", account.CONTACT_FIELDS)


def _unknown_in_company(path: str, company: Json, directory: Directory) -> Iterator[PropertyProblem]:
    if not isinstance(company, dict):
        return
    yield from _unknown(f"{path}.id", company.get("id"), directory.companies)
    yield from _unknown(f"{path}.industryId", company.get("industryId"), account.INDUSTRIES)
    yield from _unknown(f"{path}.primaryContactId", company.get("primaryContactId"), directory.contacts)
    for manager in ("primaryAccountManagerId", "secondaryAccountManagerId"):
        yield from _unknown(f"{path}.{manager}", company.get(manager), account.USERS)
    yield from _unknown_entries(path, company, "customFields", "fieldId", account.COMPANY_FIELDS)
    yield from _unknown_in_contact(f"{path}.primaryContact", company.get("primaryContact"), directory)


def _unknown_entries(
    path: str, party: JsonObject, name: str, id_name: str, known: Collection[int]
) -> Iterator[PropertyProblem]:
    entries = party.get(name)
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            yield from _unknown(f"{path}.{name}.{id_name}", entry.get(id_name), known)
