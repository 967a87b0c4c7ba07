"""The contacts and companies of the account: matched with those of an opportunity, or added for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from webapp.sandbox.property_types import to_integer
from webapp.sandbox.refusal import Json, JsonObject


@dataclass
class Contact:
    """A person, and the ids of the companies they belong to."""

    details: JsonObject
    company_ids: set[int] = field(default_factory=set)

    @property
    def name(self) -> str:
        """The person's name as staff read it."""
        return f"{self.details.get('firstName', '')} {self.details.get('lastName', '')}".strip()


@dataclass
class Company:
    """A business."""

    details: JsonObject

    @property
    def name(self) -> str:
        """The business name as staff read it."""
        return str(self.details.get("businessName", ""))


def integers(values: Json) -> list[int]:
    """Return the integers of a list that was checked before."""
    return (
        [number for item in values if (number := to_integer(item)) is not None]
        if isinstance(values, list)
        else []
    )


class Directory:
    """Contacts and companies by id; not thread-safe, so the store locks it."""

    def __init__(self) -> None:
        self.companies = {
            801: Company({"businessName": "Tidewater Events"}),
            802: Company({"businessName": "Northgate College"}),
        }
        self.contacts = {
            901: Contact(
                {
                    "firstName": "Alex",
                    "lastName": "Reed",
                    "email": "alex.reed@tidewater.example",
                    "groups": [{"groupId": 10}, {"groupId": 11}],
                    "status": 2,
                },
                {801},
            ),
            902: Contact({"firstName": "Jamie", "lastName": "Cole", "email": "jamie.cole@home.example"}),
            903: Contact(
                {"firstName": "Noor", "lastName": "Khan", "email": "noor.khan@northgate.example"}, {802}
            ),
        }

    def match_contact(self, contact: JsonObject) -> int | None:
        """Return the id of the contact that is meant, or None if a new one is to be added.

        A match needs ``updateIfExists`` and all of first name, last name and e-mail
        (platform contract, Opportunity).
        """
        if "id" in contact:
            return to_integer(contact["id"])
        if contact.get("updateIfExists") is not True:
            return None
        known = ((number, person.details) for number, person in self.contacts.items())
        return _match(known, contact, ("firstName", "lastName", "email"))

    def match_company(self, company: JsonObject) -> int | None:
        """Return the id of the company that is meant, or None if a new one is to be added.

        A match needs ``updateIfExists`` and the business name (platform contract, Opportunity).
        """
        if "id" in company:
            return to_integer(company["id"])
        if company.get("updateIfExists") is not True:
            return None
        known = ((number, business.details) for number, business in self.companies.items())
        return _match(known, company, ("businessName",))

    def save_contact(self, details: JsonObject, company_id: int | None = None) -> int:
        """Add or update a contact, link it to a company if one is given, and return its id."""
        number = self.match_contact(details) or max(self.contacts) + 1
        contact = self.contacts.setdefault(number, Contact({}))
        contact.details.update(_without_instructions(details))
        if "companies" in details:
            # As with ``groups``, the list that is sent replaces the one before.
            contact.company_ids = set(integers(details["companies"]))
        if company_id is not None:
            contact.company_ids.add(company_id)
        return number

    def save_company(self, details: JsonObject) -> int:
        """Add or update a company with its primary contact, and return its id."""
        number = self.match_company(details) or max(self.companies) + 1
        company = self.companies.setdefault(number, Company({}))
        company.details.update(_without_instructions(details))
        primary = details.get("primaryContact")
        if isinstance(primary, dict):
            company.details["primaryContactId"] = self.save_contact(primary, number)
        return number

    def contact_row(self, number: int) -> JsonObject:
        """Describe a contact as getOpportunityList does."""
        details = self.contacts[number].details
        return {
            "id": number,
            **{name: details.get(name) for name in ("firstName", "lastName", "email", "phone")},
        }

    def company_row(self, number: int) -> JsonObject:
        """Describe a company as getOpportunityList does."""
        details = self.companies[number].details
        return {"id": number, **{name: details.get(name) for name in ("businessName", "phone", "email")}}


def _match(known: Iterable[tuple[int, JsonObject]], wanted: JsonObject, names: tuple[str, ...]) -> int | None:
    def key(details: JsonObject) -> list[str]:
        return [str(details.get(name)).strip().casefold() for name in names]

    return next((number for number, details in known if key(details) == key(wanted)), None)


def _without_instructions(details: JsonObject) -> JsonObject:
    # These say how to save the details, or are saved elsewhere.
    return {
        name: value
        for name, value in details.items()
        if name not in ("id", "updateIfExists", "primaryContact", "companies")
    }
