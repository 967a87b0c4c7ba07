"""What a form in ``forms.toml`` may say."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

import phonenumbers
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictStr, model_validator

from webapp.platform.opportunity import MOST_EXTERNAL_URLS, Opportunity
from webapp.platform.rules import broken_rules

NAME_PLACEHOLDERS: Final = frozenset({"first_name", "last_name", "email", "phone", "company", "form_title"})
"""What the opportunity's name may mention in braces."""


class FieldRule(StrEnum):
    """Whether a form asks for something, and whether it insists."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    HIDDEN = "hidden"


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ValueError("must be an address such as https://www.example.com/thanks")
    if not re.fullmatch(r"[!-~]+", value):
        raise ValueError("must be ASCII: write a host of other letters in Punycode (xn--…), a path in %XX")
    return value


def _origin(value: str) -> str:
    parts = urlsplit(_web_address(value))
    if parts.path or parts.query or parts.fragment or parts.username or "*" in value:
        raise ValueError("must be an origin such as https://www.example.com, with nothing behind the host")
    return value


def _region(value: str) -> str:
    if value.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("must be a country's two-letter ISO 3166 code, such as AU")
    return value.upper()


def _usable_constants(constants: Opportunity) -> Opportunity:
    """Refuse at start what the platform would refuse at every enquiry."""
    faults = [*_name_faults(constants.name or ""), *_visitor_faults(constants)]
    named = constants.model_copy(update={"name": constants.name or "made of the answers"})
    faults += map(str, broken_rules(named))
    if faults:
        raise ValueError("; ".join(faults))
    return constants


def _name_faults(name: str) -> Iterator[str]:
    try:
        parts = list(string.Formatter().parse(name))
    except ValueError as error:
        yield f"name: {error}; write {{{{ or }}}} for a brace itself"
        return
    for _, placeholder, form, conversion in parts:
        if placeholder is not None and (placeholder not in NAME_PLACEHOLDERS or form or conversion):
            written = placeholder + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
            known = ", ".join(f"{{{each}}}" for each in sorted(NAME_PLACEHOLDERS))
            yield f"name: {{{written}}} is unknown; there are {known}"


def _visitor_faults(constants: Opportunity) -> Iterator[str]:
    if constants.id is not None:
        yield "id: a form adds opportunities, so it cannot name one"
    visitor = {
        "company": constants.company,
        "companyId": constants.company_id,
        "companyLeadContactId": constants.company_lead_contact_id,
        "contact": constants.contact,
        "contactId": constants.contact_id,
    }
    for key, value in visitor.items():
        if value is not None:
            yield f"{key}: comes from the visitor's answers, so it cannot be a constant"


def _printable(value: str) -> str:
    if any(unicodedata.category(each) == "Cc" and each != "\n" for each in value):
        raise ValueError("must not hold control characters")
    return value


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be blank")
    return value


Words = Annotated[StrictStr, AfterValidator(_printable)]
Line = Annotated[Words, AfterValidator(_filled), Field(max_length=500)]
WebAddress = Annotated[StrictStr, AfterValidator(_web_address)]
Origin = Annotated[StrictStr, AfterValidator(_origin)]
Region = Annotated[StrictStr, AfterValidator(_region)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BuiltInFields(_Table):
    """The built-in questions that a form may leave out; the names and the e-mail are always required."""

    phone: FieldRule = FieldRule.OPTIONAL
    company: FieldRule = FieldRule.OPTIONAL
    message: FieldRule = FieldRule.OPTIONAL


class FormDefinition(_Table):
    """One form; ``slug`` is its name in the file and its place in the address, ``/f/<slug>``."""

    slug: Annotated[StrictStr, Field(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=64)]
    title: Line
    intro: Words = ""
    submit: Line = "Send enquiry"
    consent: Line | None = None
    thanks: Line = "We have your enquiry and will be in touch soon."
    thanks_url: WebAddress | None = None
    contact: Words = ""
    region: Region | None = None
    allowed_origins: tuple[Origin, ...] = ()
    external_ref: StrictBool = False
    fields: BuiltInFields = BuiltInFields()
    opportunity: Annotated[Opportunity, AfterValidator(_usable_constants)]

    @model_validator(mode="after")
    def _room_for_the_reference(self) -> Self:
        if self.external_ref and len(self.opportunity.external_urls or ()) >= MOST_EXTERNAL_URLS:
            raise ValueError(
                f"external_ref: needs one of the {MOST_EXTERNAL_URLS} externalUrls that the platform takes"
            )
        return self
