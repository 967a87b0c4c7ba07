"""The document's conditional rules: which properties need, or exclude, which others.

A rule is a function that yields every way in which an opportunity breaks it.
Source: "Add or Update Opportunity", table *Opportunity* and *Special Considerations*; platform contract,
"Opportunity: beyond the user's document", for what a contact and a company need.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from webapp.platform.opportunity import Company, Contact, Opportunity

ONLY_WHEN_ADDING: Final = ("utmSource", "utmMedium", "utmCampaign", "utmTerm")
"""Properties that an addition may carry and an update may not, in the platform's names."""


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that an opportunity breaks: the property at fault, by the platform's name, and the rule.

    ``is_conflict`` says that two properties exclude one another; otherwise something is missing.
    """

    path: str
    rule: str
    is_conflict: bool = False

    def __str__(self) -> str:
        """Return the rule as a sentence that begins with the property."""
        return f"{self.path} {self.rule}"


def broken_rules(opportunity: Opportunity, *, referral_source: bool = False) -> list[BrokenRule]:
    """Return every rule that the opportunity breaks; an empty list means that it may be sent.

    ``referral_source`` says that ``sourceId`` is a "Referral Program" source of the venue's account.
    """
    broken = [
        *_required_always(opportunity),
        *_required_when_adding(opportunity),
        *_only_when_adding(opportunity),
        *_contact_type(opportunity),
        *parties_named_twice(opportunity),
        *_contact_and_company_shapes(opportunity),
        *_unique_entries(opportunity),
    ]
    if referral_source:
        broken += _referral(opportunity)
    return broken


def _required_always(opportunity: Opportunity) -> Iterator[BrokenRule]:
    if opportunity.venue_id is None:
        yield BrokenRule("venueId", "is required")


def _required_when_adding(opportunity: Opportunity) -> Iterator[BrokenRule]:
    if opportunity.id is not None:
        return
    required = {"name": opportunity.name, "sourceId": opportunity.source_id, "typeId": opportunity.type_id}
    for key, value in required.items():
        if value is None or not str(value).strip():
            yield BrokenRule(key, "is required when id is missing")


def _only_when_adding(opportunity: Opportunity) -> Iterator[BrokenRule]:
    if opportunity.id is None:
        return
    sent = opportunity.as_json()
    for key in ONLY_WHEN_ADDING:
        if key in sent:
            yield BrokenRule(key, "may be sent only when adding", is_conflict=True)


def _contact_type(opportunity: Opportunity) -> Iterator[BrokenRule]:
    is_company = opportunity.company is not None or opportunity.company_id is not None
    if is_company and opportunity.contact_id is not None:
        yield BrokenRule(
            "contactId",
            "cannot be sent with companyId or company: use companyLeadContactId or contact",
            is_conflict=True,
        )
    if not is_company and opportunity.id is None and opportunity.company_lead_contact_id is not None:
        yield BrokenRule("companyLeadContactId", "needs companyId or company")


def parties_named_twice(opportunity: Opportunity) -> Iterator[BrokenRule]:
    """Yield every contact or company that is both named by its id and given as an object."""
    pairs = (
        ("companyId", opportunity.company_id, "company", opportunity.company),
        ("companyLeadContactId", opportunity.company_lead_contact_id, "contact", opportunity.contact),
        ("contactId", opportunity.contact_id, "contact", opportunity.contact),
        (
            "referralContactId",
            opportunity.referral_contact_id,
            "referralContact",
            opportunity.referral_contact,
        ),
        (
            "referralCompanyId",
            opportunity.referral_company_id,
            "referralCompany",
            opportunity.referral_company,
        ),
    )
    for by_id, identifier, by_object, whole in pairs:
        if identifier is not None and whole is not None:
            yield BrokenRule(by_id, f"cannot be sent with {by_object}: use one of them", is_conflict=True)


def _contact_and_company_shapes(opportunity: Opportunity) -> Iterator[BrokenRule]:
    for key, contact in (("contact", opportunity.contact), ("referralContact", opportunity.referral_contact)):
        yield from _contact(key, contact)
    for key, company in (("company", opportunity.company), ("referralCompany", opportunity.referral_company)):
        if company is not None:
            yield from _company(key, company)


def _unique_entries(opportunity: Opportunity) -> Iterator[BrokenRule]:
    lists = {"externalUrls.ref": [link.ref for link in opportunity.external_urls or ()]}
    for key, fields in (
        ("customFields", opportunity.custom_fields),
        ("contact.customFields", opportunity.contact and opportunity.contact.custom_fields),
        ("company.customFields", opportunity.company and opportunity.company.custom_fields),
    ):
        lists[f"{key}.fieldId"] = [str(field.field_id) for field in fields or ()]
    for key, identifiers in lists.items():
        if len(set(identifiers)) < len(identifiers):
            yield BrokenRule(key, "must be unique", is_conflict=True)


def _contact(key: str, contact: Contact | None) -> Iterator[BrokenRule]:
    if contact is None or contact.id is not None:
        return
    required = {"firstName": contact.first_name, "lastName": contact.last_name, "email": contact.email}
    for name, value in required.items():
        if not (value or "").strip():
            yield BrokenRule(f"{key}.{name}", f"is required when {key}.id is missing")


def _company(key: str, company: Company) -> Iterator[BrokenRule]:
    if company.id is None and not (company.business_name or "").strip():
        yield BrokenRule(f"{key}.businessName", f"is required when {key}.id is missing")
    yield from _contact(f"{key}.primaryContact", company.primary_contact)


def _referral(opportunity: Opportunity) -> Iterator[BrokenRule]:
    if opportunity.referral_contact_id is None and opportunity.referral_contact is None:
        yield BrokenRule(
            "referralContact", "or referralContactId is required when the source is Referral Program"
        )
    if opportunity.referral_company_id is None and opportunity.referral_company is None:
        yield BrokenRule(
            "referralCompany", "or referralCompanyId is required when the source is Referral Program"
        )
