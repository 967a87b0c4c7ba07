"""The opportunity: every property of the user's document, typed as it says.

Source: "Add or Update Opportunity", tables *Opportunity* and *Custom Field*; the shapes of contact, company
and external URLs are from the platform contract, "Opportunity: beyond the user's document".
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictStr
from pydantic.alias_generators import to_camel

JsonObject = dict[str, Any]

MAX_EXTERNAL_URLS: Final = 3


class PropertyType(StrEnum):
    """What a property holds, in the words of the document."""

    INTEGER = "integer"
    TEXT = "string"
    EMAIL = "email address"
    URL = "https address"
    DATE = "date"
    BOOLEAN = "boolean"
    MIXED = "mixed"
    INTEGERS = "array of integers"
    GROUPS = "array of groups"


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


def _email(value: str) -> str:
    if re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", value) is None:
        raise ValueError("must be an email address")
    return value


def _secure_url(value: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname or re.search(r"\s", value):
        raise ValueError("must be an address that begins with https://")
    return value


def _one_of(*numbers: int) -> AfterValidator:
    def check(value: int | str) -> int | str:
        if int(value) not in numbers:
            raise ValueError(f"must be {', '.join(map(str, numbers[:-1]))} or {numbers[-1]}")
        return value

    return AfterValidator(check)


def _custom_value(value: object) -> object:
    if isinstance(value, list):
        return [_custom_value(item) for item in value]
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str | int | float) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError("must be a text, a number, true or false, a date, or a list of these")
    return value


Integer = Annotated[int | str, BeforeValidator(_integer_or_digits), PropertyType.INTEGER]
"""An integer, kept as it was given: the platform accepts numbers and strings of digits alike."""

CustomValue = Annotated[Any, BeforeValidator(_custom_value), PropertyType.MIXED]
"""The value of a custom field; timestamps are formatted as the contract says."""

CalendarDate = Annotated[date, BeforeValidator(_calendar_date), PropertyType.DATE]
Text = Annotated[StrictStr, PropertyType.TEXT]
Email = Annotated[StrictStr, AfterValidator(_email), PropertyType.EMAIL]
Boolean = Annotated[StrictBool, PropertyType.BOOLEAN]
Status = Annotated[Integer, _one_of(1, 2, 3, 5)]
"""Subscribed, unsubscribed, bounced, no e-mail marketing."""

SmsStatus = Annotated[Integer, _one_of(1, 2, 3, 4)]
"""The same for text messages; the vendor is removing it."""
SecureUrl = Annotated[StrictStr, Field(max_length=2048), AfterValidator(_secure_url), PropertyType.URL]


class _PlatformModel(BaseModel):
    """Properties in Python's spelling, read and written in the platform's (``venue_id``, ``venueId``)."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True, strict=False
    )


class CustomField(_PlatformModel):
    """A custom field value of an opportunity; the type of the value depends on the field."""

    field_id: Integer
    field_value: CustomValue


class RecordCustomField(_PlatformModel):
    """A custom field value of a contact or a company."""

    field_id: Integer
    value: CustomValue


class ContactGroup(_PlatformModel):
    """A group that a contact belongs to."""

    group_id: Integer


class Contact(_PlatformModel):
    """A person, as the platform's contact calls take one."""

    id: Integer | None = None
    external_id: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    email: Email | None = None
    phone: Text | None = None
    groups: Annotated[tuple[ContactGroup, ...], PropertyType.GROUPS] | None = None
    custom_fields: tuple[RecordCustomField, ...] | None = None
    companies: Annotated[tuple[Integer, ...], PropertyType.INTEGERS] | None = None
    status: Status | None = None
    sms_status: SmsStatus | None = None
    update_if_exists: Boolean | None = None
    privacy_consent: Boolean | None = None


class Address(_PlatformModel):
    """A company's postal address."""

    line1: Text | None = None
    line2: Text | None = None
    line3: Text | None = None
    line4: Text | None = None
    city: Text | None = None
    state_code: Text | None = None
    country_code: Text | None = None
    postal_code: Text | None = None


class Company(_PlatformModel):
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
    email: Email | None = None
    address: Address | None = None
    primary_contact_id: Integer | None = None
    primary_contact: Contact | None = None
    industry_id: Integer | None = None
    update_if_exists: Boolean | None = None
    custom_fields: tuple[RecordCustomField, ...] | None = None


class ExternalUrl(_PlatformModel):
    """A link from the opportunity to somewhere else; ``ref`` is a unique reference key."""

    ref: Text
    url: SecureUrl
    label: Text | None = None


class Opportunity(_PlatformModel):
    """The opportunity to add (without ``id``) or to update (with it).

    A property that is None is not sent. The conditions between properties are in ``rules.py``.
    """

    id: Integer | None = Field(
        None, description="the opportunity to update; a form adds, so it never names one"
    )
    venue_id: Integer | None = Field(None, description="the venue that the opportunity belongs to")
    name: Text | None = Field(None, description="what the opportunity is called")
    description: Text | None = Field(None, description="the text before everything that fits no property")
    company_id: Integer | None = Field(None, description="the company to assign it to")
    company: Company | None = Field(None, description="the company to assign it to, as an object")
    company_lead_contact_id: Integer | None = Field(
        None, description="the contact of that company to assign it to"
    )
    contact_id: Integer | None = Field(None, description="the contact to assign it to")
    contact: Contact | None = Field(None, description="the contact to assign it to, as an object")
    quality_id: Integer | None = Field(None, description="the quality")
    industry_id: Integer | None = Field(None, description="the industry")
    source_id: Integer | None = Field(None, description="the source")
    owner_user_id: Integer | None = Field(None, description="the salesperson to assign it to")
    type_id: Integer | None = Field(None, description="the type")
    subtype_id: Integer | None = Field(None, description="the sub-type, if the type has any")
    stage_id: Integer | None = Field(None, description="the stage; the platform chooses one if it is not set")
    stage_reason_id: Integer | None = Field(None, description="the reason of the stage")
    channel_id: Integer | None = Field(None, description="the channel")
    utm_source: Text | None = Field(None, description="the source of the campaign")
    utm_medium: Text | None = Field(None, description="the medium of the campaign")
    utm_campaign: Text | None = Field(None, description="the name of the campaign")
    utm_term: Text | None = Field(None, description="the term of the campaign")
    utm_content: Text | None = Field(None, description="the content of the campaign")
    referral_contact_id: Integer | None = Field(None, description="who referred the visitor")
    referral_contact: Contact | None = Field(None, description="who referred the visitor, as an object")
    referral_company_id: Integer | None = Field(None, description="the company that referred the visitor")
    referral_company: Company | None = Field(
        None, description="the company that referred the visitor, as an object"
    )
    confirmed_quote_id: Integer | None = Field(None, description="the confirmed quote")
    confirmed_quote_status: Integer | None = Field(None, description="the status of the confirmed quote")
    cancelled_quote_id: Integer | None = Field(None, description="the cancelled quote")
    lost_to_competition: Integer | None = Field(None, description="the reason why it was lost")
    closed_date: CalendarDate | None = Field(None, description="when it was closed")
    custom_fields: tuple[CustomField, ...] | None = Field(None, description="the values of custom fields")
    external_urls: Annotated[tuple[ExternalUrl, ...], Field(max_length=MAX_EXTERNAL_URLS)] | None = Field(
        None, description="up to three links to elsewhere"
    )

    def as_json(self) -> JsonObject:
        """Return the JSON object to send, in the platform's spelling, with only what was set."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
