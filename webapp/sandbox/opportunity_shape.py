"""The tables of the user's document as data: every property of a request, its type, when it is required.

Whether an id exists and whether properties fit together: ``opportunity_rules``.
"""

from __future__ import annotations

from webapp.sandbox.property_types import (
    Check,
    array,
    boolean,
    day,
    email,
    https_url,
    integer,
    mixed,
    one_of,
    record,
    text,
)
from webapp.sandbox.refusal import Json, JsonObject, RefusalError, SpecificCode, not_valid

# Platform contract, Opportunity: `contact`. The two lists differ.
_STATUSES = (1, 2, 3, 5)
_SMS_STATUSES = (1, 2, 3, 4)
_COMMISSIONS = ("Space", "Food", "Beverage", "AudioVisual", "Accommodation")

# Platform contract, Opportunity: `value` in contacts and companies, `fieldValue` in opportunities.
_custom_values = array(
    record({"fieldId": integer, "value": mixed}, required=("fieldId", "value")), unique="fieldId"
)

# Platform contract, Opportunity: `contact`.
_contact = record(
    {
        "id": integer,
        "externalId": text,
        "firstName": text,
        "lastName": text,
        "email": email,
        "phone": text,
        "groups": array(record({"groupId": integer}, required=("groupId",))),
        "customFields": _custom_values,
        "companies": array(integer),
        "status": one_of(_STATUSES),
        "smsStatus": one_of(_SMS_STATUSES),
        "updateIfExists": boolean,
        "privacyConsent": boolean,
    },
    required_without_id=("firstName", "lastName", "email"),
)

_address = record(
    dict.fromkeys(
        ("line1", "line2", "line3", "line4", "city", "stateCode", "countryCode", "postalCode"), text
    )
)

# Platform contract, Opportunity: `company`, including the account fields that no public form sets.
_company = record(
    {
        "id": integer,
        "externalId": text,
        "businessName": text,
        "tradingName": text,
        "businessNumber": text,
        "phone": text,
        "otherPhone": text,
        "fax": text,
        "website": text,
        "email": email,
        "address": _address,
        "primaryContactId": integer,
        "primaryContact": _contact,
        "industryId": integer,
        "updateIfExists": boolean,
        "customFields": _custom_values,
        "primaryAccountManagerId": integer,
        "secondaryAccountManagerId": integer,
        "isAgent": integer,
        "iataNumber": text,
        **{f"commission{name}": integer for name in _COMMISSIONS},
        **{f"commission{name}Type": integer for name in _COMMISSIONS},
    },
    required_without_id=("businessName",),
)

# The user's document, Opportunity table, in its order; the last two are from the platform contract.
PROPERTIES: dict[str, Check] = {
    "id": integer,
    "venueId": integer,
    "name": text,
    "description": text,
    "companyId": integer,
    "company": _company,
    "companyLeadContactId": integer,
    "contactId": integer,
    "contact": _contact,
    "qualityId": integer,
    "industryId": integer,
    "sourceId": integer,
    "ownerUserId": integer,
    "typeId": integer,
    "stageId": integer,
    "stageReasonId": integer,
    "channelId": integer,
    "utmSource": text,
    "utmMedium": text,
    "utmCampaign": text,
    "utmTerm": text,
    "utmContent": text,
    "referralContactId": integer,
    "referralContact": _contact,
    "referralCompanyId": integer,
    "referralCompany": _company,
    "confirmedQuoteId": integer,
    "confirmedQuoteStatus": integer,
    "cancelledQuoteId": integer,
    "lostToCompetition": integer,
    "closedDate": day,
    "customFields": array(
        record({"fieldId": integer, "fieldValue": mixed}, required=("fieldId", "fieldValue")),
        unique="fieldId",
    ),
    "subtypeId": integer,
    "externalUrls": array(
        record({"ref": text, "url": https_url, "label": text}, required=("ref", "url")),
        at_most=3,
        unique="ref",
    ),
}

_opportunity = record(PROPERTIES, required=("venueId",), required_without_id=("name", "sourceId", "typeId"))


def check_shape(request: Json) -> JsonObject:
    """Return a request if all its properties are known, of the right type, and present where required.

    Raises:
        RefusalError: 400 with 23016 if a property is unknown or of the wrong type; with 23017 if properties
            are only missing.
    """
    problems = list(_opportunity("", request))
    if any(not problem.is_missing for problem in problems) or not isinstance(request, dict):
        raise not_valid(*map(str, problems))
    if problems:
        raise RefusalError(
            400,
            "A required parameter is missing.",
            specific_code=SpecificCode.REQUIRED_PARAMETER_MISSING,
            additional_messages=list(map(str, problems)),
        )
    return request
