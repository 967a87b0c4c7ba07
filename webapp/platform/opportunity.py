"""The opportunity: every property of the user's document, typed as it says.

Source: "Add or Update Opportunity", tables *Opportunity* and *Custom Field*; the shapes of contact, company
and external URLs are from the platform contract, "Opportunity: beyond the user's document".
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictStr
from pydantic.alias_generators import to_camel

JsonObject = dict[str, Any]

MOST_EXTERNAL_URLS: Final = 3
LAST_SUBSCRIPTION: Final = 5
"""1 subscribed, 2 unsubscribed, 3 bounced or failed, 4 no SMS marketing, 5 no e-mail marketing."""


def _integer_or_digits(value: object) -> object:
    is_integer = (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value) is not None
    )
    if not is_integer:
        raise ValueError("must be a whole number, as a number or as a string of digits")
    return value


def _calendar_date(value: object) -> object:
    is_date = isinstance(value, date) or (
        isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) is not None
    )
    if not is_date:
        raise ValueError("must be a date written YYYY-MM-DD")
    return value


def _subscription(value: int | str) -> int | str:
    if not 1 <= int(value) <= LAST_SUBSCRIPTION:
        raise ValueError(f"must be 1 to {LAST_SUBSCRIPTION}")
    return value


def _custom_value(value: object) -> object:
    if isinstance(value, list):
        return [_custom_value(each) for each in value]
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str | int | float) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError("must be a text, a number, true or false, a date, or a list of these")
    return value


Integer = Annotated[int | str, BeforeValidator(_integer_or_digits)]
"""An integer, kept as it was given: the platform takes numbers and strings of digits alike."""

CustomValue = Annotated[Any, BeforeValidator(_custom_value)]
"""The value of a custom field: timestamps are written as the contract writes them."""

CalendarDate = Annotated[date, BeforeValidator(_calendar_date)]
Text = StrictStr
Subscription = Annotated[Integer, AfterValidator(_subscription)]
SecureUrl = Annotated[str, Field(pattern=r"^https://\S+$", max_length=2048)]


class _Shape(BaseModel):
    """Properties in Python's spelling, read and written in the platform's (``venue_id``, ``venueId``)."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True, strict=False
    )


class CustomField(_Shape):
    """A custom field value of an opportunity; the type of the value depends on the field."""

    field_id: Integer
    field_value: CustomValue


class RecordCustomField(_Shape):
    """A custom field value of a contact or a company."""

    field_id: Integer
    value: CustomValue


class ContactGroup(_Shape):
    """A group that a contact belongs to."""

    group_id: Integer


class Contact(_Shape):
    """A person, as the platform's contact calls take one."""

    id: Integer | None = None
    external_id: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    groups: tuple[ContactGroup, ...] | None = None
    custom_fields: tuple[RecordCustomField, ...] | None = None
    companies: tuple[Integer, ...] | None = None
    status: Subscription | None = None
    sms_status: Subscription | None = None
    update_if_exists: StrictBool | None = None
    privacy_consent: StrictBool | None = None


class Address(_Shape):
    """A company's postal address."""

    line1: Text | None = None
    line2: Text | None = None
    line3: Text | None = None
    line4: Text | None = None
    city: Text | None = None
    state_code: Text | None = None
    country_code: Text | None = None
    postal_code: Text | None = None


class Company(_Shape):
    """A company, as the platform's company calls take one."""

    id: Integer | None = None
    external_id: Text | None = None
    business_name: Text | None = None
    trading_name: Text | None = None
    business_number: Text | None = None
    phone: Text | None = None
    other_phone: Text | None = None
    fax: Text | None = None
    website: Text | None = None
    email: Text | None = None
    address: Address | None = None
    primary_contact_id: Integer | None = None
    primary_contact: Contact | None = None
    industry_id: Integer | None = None
    update_if_exists: StrictBool | None = None
    custom_fields: tuple[RecordCustomField, ...] | None = None


class ExternalUrl(_Shape):
    """A link from the opportunity to somewhere else; ``ref`` is a unique reference key."""

    ref: Text
    url: SecureUrl
    label: Text | None = None


class Opportunity(_Shape):
    """The opportunity to add (without ``id``) or to update (with it).

    A property that is None is not sent. The conditions between properties are in ``rules.py``.
    """

    id: Integer | None = None
    venue_id: Integer | None = None
    name: Text | None = None
    description: Text | None = None
    company_id: Integer | None = None
    company: Company | None = None
    company_lead_contact_id: Integer | None = None
    contact_id: Integer | None = None
    contact: Contact | None = None
    quality_id: Integer | None = None
    industry_id: Integer | None = None
    source_id: Integer | None = None
    owner_user_id: Integer | None = None
    type_id: Integer | None = None
    subtype_id: Integer | None = None
    stage_id: Integer | None = None
    stage_reason_id: Integer | None = None
    channel_id: Integer | None = None
    utm_source: Text | None = None
    utm_medium: Text | None = None
    utm_campaign: Text | None = None
    utm_term: Text | None = None
    utm_content: Text | None = None
    referral_contact_id: Integer | None = None
    referral_contact: Contact | None = None
    referral_company_id: Integer | None = None
    referral_company: Company | None = None
    confirmed_quote_id: Integer | None = None
    confirmed_quote_status: Integer | None = None
    cancelled_quote_id: Integer | None = None
    lost_to_competition: Integer | None = None
    closed_date: CalendarDate | None = None
    custom_fields: tuple[CustomField, ...] | None = None
    external_urls: Annotated[tuple[ExternalUrl, ...], Field(max_length=MOST_EXTERNAL_URLS)] | None = None

    def as_json(self) -> JsonObject:
        """Return the JSON object to send, in the platform's spelling, with only what was set."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
