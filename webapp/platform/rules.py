"""The document's conditional rules: which properties need, or exclude, which others.

Each rule is a function that yields one sentence for each way in which an opportunity breaks it.
Source: "Add or Update Opportunity", table *Opportunity* and *Special Considerations*; platform contract,
"Opportunity: beyond the user's document", for what a contact and a company need.
"""

from __future__ import annotations

from collections.abc import Iterator

from webapp.platform.opportunity import Company, Contact, Opportunity


def broken_rules(opportunity: Opportunity, *, referral_source: bool = False) -> list[str]:
    """Return a sentence for each rule that the opportunity breaks; none means that it may be sent.

    ``referral_source`` says that ``sourceId`` is a "Referral Program" source of the venue's account.
    """
    broken = [
        *_required_always(opportunity),
        *_required_when_adding(opportunity),
        *_only_when_adding(opportunity),
        *_contact_type(opportunity),
        *_contact_and_company_shapes(opportunity),
        *_unique_references(opportunity),
    ]
    if referral_source:
        broken += _referral(opportunity)
    return broken


def _required_always(opportunity: Opportunity) -> Iterator[str]:
    if opportunity.venue_id is None:
        yield "venueId is required"


def _required_when_adding(opportunity: Opportunity) -> Iterator[str]:
    if opportunity.id is not None:
        return
    required = {"name": opportunity.name, "sourceId": opportunity.source_id, "typeId": opportunity.type_id}
    for key, value in required.items():
        if value is None or not str(value).strip():
            yield f"{key} is required when id is missing"


def _only_when_adding(opportunity: Opportunity) -> Iterator[str]:
    if opportunity.id is None:
        return
    only_when_adding = {
        "utmSource": opportunity.utm_source,
        "utmMedium": opportunity.utm_medium,
        "utmCampaign": opportunity.utm_campaign,
        "utmTerm": opportunity.utm_term,
    }
    for key, value in only_when_adding.items():
        if value is not None:
            yield f"{key} may be sent only when adding"


def _contact_type(opportunity: Opportunity) -> Iterator[str]:
    is_company = opportunity.company is not None or opportunity.company_id is not None
    if is_company and opportunity.contact_id is not None:
        yield "contactId cannot stand beside companyId or company: use companyLeadContactId or contact"
    if not is_company and opportunity.id is None and opportunity.company_lead_contact_id is not None:
        yield "companyLeadContactId needs companyId or company"


def _contact_and_company_shapes(opportunity: Opportunity) -> Iterator[str]:
    for key, contact in (("contact", opportunity.contact), ("referralContact", opportunity.referral_contact)):
        yield from _contact(key, contact)
    for key, company in (("company", opportunity.company), ("referralCompany", opportunity.referral_company)):
        if company is not None:
            yield from _company(key, company)


def _unique_references(opportunity: Opportunity) -> Iterator[str]:
    references = [each.ref for each in opportunity.external_urls or ()]
    if len(set(references)) < len(references):
        yield "externalUrls.ref must be unique"


def _contact(key: str, contact: Contact | None) -> Iterator[str]:
    if contact is None or contact.id is not None:
        return
    required = {"firstName": contact.first_name, "lastName": contact.last_name, "email": contact.email}
    for name, value in required.items():
        if not (value or "").strip():
            yield f"{key}.{name} is required when {key}.id is missing"


def _company(key: str, company: Company) -> Iterator[str]:
    if company.id is None and not (company.business_name or "").strip():
        yield f"{key}.businessName is required when {key}.id is missing"
    yield from _contact(f"{key}.primaryContact", company.primary_contact)


def _referral(opportunity: Opportunity) -> Iterator[str]:
    if opportunity.referral_contact_id is None and opportunity.referral_contact is None:
        yield "referralContactId or referralContact is required when the source is Referral Program"
    if opportunity.referral_company_id is None and opportunity.referral_company is None:
        yield "referralCompanyId or referralCompany is required when the source is Referral Program"
