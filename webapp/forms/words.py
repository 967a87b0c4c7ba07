"""The texts, addresses and names that a form is made of, each held to what a page can show."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated
from urllib.parse import urlsplit

import phonenumbers
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictStr


class FormTable(BaseModel):
    """A table of the forms file: what is unknown is refused, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def rule_of(message: str) -> str:
    """Return the rule alone of what pydantic says of a value."""
    return message.removeprefix("Value error, ")


def _printable(value: str) -> str:
    if any(unicodedata.category(each) == "Cc" and each != "\n" for each in value):
        raise ValueError("must not hold control characters")
    return value


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be blank")
    return value


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


Words = Annotated[StrictStr, AfterValidator(_printable)]
Line = Annotated[Words, AfterValidator(_filled), Field(max_length=500)]
WebAddress = Annotated[StrictStr, AfterValidator(_web_address)]
Origin = Annotated[StrictStr, AfterValidator(_origin)]
Region = Annotated[StrictStr, AfterValidator(_region)]
