"""The opportunities received, in memory, with the history of each."""

from __future__ import annotations

import threading
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Final

from webapp.sandbox import account
from webapp.sandbox.directory import Directory
from webapp.sandbox.opportunity_rules import check_rules
from webapp.sandbox.opportunity_shape import check_shape
from webapp.sandbox.opportunity_update import ASSIGNMENT
from webapp.sandbox.property_types import to_integer
from webapp.sandbox.refusal import Json, JsonObject, RefusalError, SpecificCode

# In the user's document, the example request is answered with 755, and the next one updates 755.
FIRST_ID: Final = 755

OPPORTUNITY_ROW_FIELDS: Final = (
    "id",
    "venueId",
    "name",
    "description",
    "ownerUser",
    "contact",
    "company",
    "qualityId",
    "quality",
    "industryId",
    "stageId",
    "stageName",
    "stageReasonId",
    "stageReasonName",
    "typeId",
    "type",
    "subtypeId",
    "sourceId",
    "sourceName",
    "channelId",
    "channelName",
    "externalUrls",
    "createdDate",
    "modifiedDate",
)


@dataclass(frozen=True)
class Change:
    """One accepted request: when it came, what it sent, and the values before of the properties it sent."""

    at: datetime
    received: JsonObject
    before: JsonObject


@dataclass
class Opportunity:
    """An opportunity as it is now; ``properties`` is the JSON received, overwritten by later updates."""

    number: int
    created: datetime
    modified: datetime
    properties: JsonObject
    contact_id: int | None = None
    company_id: int | None = None
    history: list[Change] = field(default_factory=list)

    def received(self) -> JsonObject:
        """Return the properties with the id."""
        return {"id": self.number, **self.properties}


class OpportunityStore:
    """Opportunities by id; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opportunities: dict[int, Opportunity] = {}
        self._numbers = count(FIRST_ID)
        self._directory = Directory()

    def add_or_update(self, request: Json, at: datetime) -> int:
        """Carry out one addOrUpdateOpportunity, whole or not at all, and return the opportunity's id.

        Raises:
            RefusalError: 400 with 23016, 23017, 24222 or 24224 (the user's document, Throws).
        """
        checked = deepcopy(check_shape(request))
        adding = "id" not in checked
        number = to_integer(checked.pop("id", None))
        with self._lock:
            stored = None if adding else self._find(number)
            result = check_rules(checked, stored.properties if stored else None, self._directory)
            if stored is None:
                stored = Opportunity(next(self._numbers), at, at, {})
                self._opportunities[stored.number] = stored
            before = {name: stored.properties[name] for name in checked if name in stored.properties}
            stored.history.append(Change(at, checked, before))
            stored.properties, stored.modified = result, at
            self._save_parties(stored, checked)
            return stored.number

    def delete(self, number: int) -> None:
        """Delete an opportunity, as the venue's staff may; its id is never used again."""
        with self._lock:
            del self._opportunities[number]

    def opportunities(self) -> list[Opportunity]:
        """Return copies of all opportunities, newest first."""
        with self._lock:
            return deepcopy(list(self._opportunities.values())[::-1])

    def received(self) -> list[JsonObject]:
        """Return the properties and the id of every opportunity, newest first."""
        return [opportunity.received() for opportunity in self.opportunities()]

    def rows(self) -> list[JsonObject]:
        """Return the rows of getOpportunityList, in the order in which the opportunities were added."""
        with self._lock:
            return [self._row(opportunity) for opportunity in self._opportunities.values()]

    def contacts(self) -> dict[int, JsonObject]:
        """Return copies of the contacts by id, with the ids of their companies."""
        with self._lock:
            return {
                number: {**deepcopy(contact.details), "companies": [*sorted(contact.company_ids)]}
                for number, contact in self._directory.contacts.items()
            }

    def party_names(self) -> tuple[dict[int, str], dict[int, str]]:
        """Return the names of contacts and of companies, by id."""
        with self._lock:
            contacts = {number: contact.name for number, contact in self._directory.contacts.items()}
            companies = {number: company.name for number, company in self._directory.companies.items()}
        return contacts, companies

    def _find(self, number: int | None) -> Opportunity:
        opportunity = self._opportunities.get(number or 0)
        if opportunity is None:
            raise RefusalError(
                400,
                "The opportunity does not exist.",
                specific_code=SpecificCode.OPPORTUNITY_NOT_FOUND,
                additional_messages=[f"id: there is no opportunity {number}"],
            )
        return opportunity

    def _save_parties(self, opportunity: Opportunity, request: JsonObject) -> None:
        referral_company = _party(request, "referralCompany")
        if referral_company is not None:
            self._directory.save_company(referral_company)
        referral_contact = _party(request, "referralContact")
        if referral_contact is not None:
            self._directory.save_contact(referral_contact)
        if not any(name in request for name in ASSIGNMENT):
            return
        company, contact = _party(request, "company"), _party(request, "contact")
        opportunity.company_id = to_integer(request.get("companyId"))
        if company is not None:
            opportunity.company_id = self._directory.save_company(company)
        opportunity.contact_id = to_integer(request.get("companyLeadContactId", request.get("contactId")))
        if contact is not None:
            opportunity.contact_id = self._directory.save_contact(contact, opportunity.company_id)

    def _row(self, opportunity: Opportunity) -> JsonObject:
        properties = opportunity.properties
        row: JsonObject = dict.fromkeys(OPPORTUNITY_ROW_FIELDS)
        row.update(id=opportunity.number, name=properties["name"], description=properties.get("description"))
        for name in OPPORTUNITY_ROW_FIELDS:
            if name in account.NAMES and name in properties:
                number = to_integer(properties[name])
                row[name] = number
                if name in _NAME_BESIDE_ID:
                    row[_NAME_BESIDE_ID[name]] = account.NAMES[name].get(number or 0)
        owner = to_integer(properties.get("ownerUserId"))
        row["ownerUser"] = None if owner is None else account.user_row(owner)
        row["externalUrls"] = deepcopy(properties.get("externalUrls", []))
        if opportunity.contact_id is not None:
            row["contact"] = self._directory.contact_row(opportunity.contact_id)
        if opportunity.company_id is not None:
            row["company"] = self._directory.company_row(opportunity.company_id)
        row.update(createdDate=timestamp(opportunity.created), modifiedDate=timestamp(opportunity.modified))
        return row


_NAME_BESIDE_ID: Final = {
    "qualityId": "quality",
    "stageId": "stageName",
    "stageReasonId": "stageReasonName",
    "typeId": "type",
    "sourceId": "sourceName",
    "channelId": "channelName",
}


def timestamp(at: datetime) -> str:
    """Return a time as the platform writes it (platform contract, Opportunity: timestamps)."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _party(request: JsonObject, name: str) -> JsonObject | None:
    party = request.get(name)
    return party if isinstance(party, dict) else None
