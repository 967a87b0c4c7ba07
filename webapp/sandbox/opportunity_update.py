"""What stands of an opportunity after an update.

The user's document: "Updates the values for that opportunity".
"""

from __future__ import annotations

from webapp.sandbox.property_types import to_integer
from webapp.sandbox.refusal import Json, JsonObject

# The user's document, Assigning a company/contact: these five say together to whom an opportunity belongs.
ASSIGNMENT = ("companyId", "company", "companyLeadContactId", "contactId", "contact")

# A choice, and the finer choice within it that loses its meaning when the first one changes.
_FINER_CHOICES = (("typeId", "subtypeId"), ("stageId", "stageReasonId"))

# Two ways of saying one thing; the later one said replaces the other.
_REFERRAL_WAYS = (("referralContactId", "referralContact"), ("referralCompanyId", "referralCompany"))


def overlay(stored: JsonObject, request: JsonObject) -> JsonObject:
    """Return the stored properties with those of a request laid over them.

    A property of the request replaces the stored one whole, except custom fields: only those it names change.
    """
    standing = dict(stored)
    for name in _outdated(stored, request):
        standing.pop(name, None)
    standing.update(request)
    if "customFields" in stored and "customFields" in request:
        standing["customFields"] = _merge_fields(stored["customFields"], request["customFields"])
    return standing


def _outdated(stored: JsonObject, request: JsonObject) -> set[str]:
    outdated: set[str] = set()
    if any(name in request for name in ASSIGNMENT):
        outdated.update(ASSIGNMENT)
    for ways in _REFERRAL_WAYS:
        if any(name in request for name in ways):
            outdated.update(ways)
    for choice, finer in _FINER_CHOICES:
        if choice in request and to_integer(request[choice]) != to_integer(stored.get(choice)):
            outdated.add(finer)
    return outdated


def _merge_fields(stored: Json, received: Json) -> Json:
    by_field: dict[int | None, Json] = {}
    for entries in (stored, received):
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                by_field[to_integer(entry.get("fieldId"))] = entry
    return list(by_field.values())
