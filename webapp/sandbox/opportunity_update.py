"""What an update leaves of an opportunity.

The user's document: "Updates the values for that opportunity".
"""

from __future__ import annotations

from webapp.sandbox.property_types import to_integer
from webapp.sandbox.refusal import Json, JsonObject

# The user's document, Assigning a company/contact: together these say whom an opportunity belongs to.
ASSIGNMENT = ("companyId", "company", "companyLeadContactId", "contactId", "contact")

# A choice, and the choice within it, which means nothing once the first one changes.
_DEPENDENT_CHOICES = (("typeId", "subtypeId"), ("stageId", "stageReasonId"))

# Two ways to name the same party; the later one replaces the earlier one.
_REFERRAL_WAYS = (("referralContactId", "referralContact"), ("referralCompanyId", "referralCompany"))


def overlay(stored: JsonObject, request: JsonObject) -> JsonObject:
    """Return the stored properties, overwritten by those of a request.

    A property is replaced as a whole, except for custom fields: only those in the request change.
    """
    result = dict(stored)
    for name in _outdated(stored, request):
        result.pop(name, None)
    result.update(request)
    if "customFields" in stored and "customFields" in request:
        result["customFields"] = _merge_fields(stored["customFields"], request["customFields"])
    return result


def _outdated(stored: JsonObject, request: JsonObject) -> set[str]:
    outdated: set[str] = set()
    if any(name in request for name in ASSIGNMENT):
        outdated.update(ASSIGNMENT)
    for ways in _REFERRAL_WAYS:
        if any(name in request for name in ways):
            outdated.update(ways)
    for choice, dependent in _DEPENDENT_CHOICES:
        if choice in request and to_integer(request[choice]) != to_integer(stored.get(choice)):
            outdated.add(dependent)
    return outdated


def _merge_fields(stored: Json, received: Json) -> Json:
    by_field: dict[int | None, Json] = {}
    for entries in (stored, received):
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                by_field[to_integer(entry.get("fieldId"))] = entry
    return list(by_field.values())
