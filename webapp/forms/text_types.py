"""The texts, addresses and names that a form is made of, each held to what a page can show."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Annotated, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StrictStr,
    ValidationInfo,
)

from webapp.languages.language import LANGUAGES, LanguageTag, supported_language


class FormTable(BaseModel):
    """A table of the forms file: what is unknown is refused, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


MAX_FORM_LINE: Final = 500
"""Characters of a title, a label or another of the venue's own lines."""


@dataclass(slots=True)
class ParseContext:
    """In which language a form is read, where its texts stand in several: without one, in the first of each.

    ``found`` gathers the languages that texts stand in; where ``needed`` names some, each such text must have
    them all.
    """

    language: LanguageTag | None = None
    needed: tuple[LanguageTag, ...] = ()
    found: dict[LanguageTag, None] = field(default_factory=dict)


def get_rule(message: str) -> str:
    """Return the rule alone of what pydantic says of a value."""
    return message.removeprefix("Value error, ")


def _in_language(value: object, info: ValidationInfo) -> object:
    """Take the text of the language that the form is read in, where there is a table of them."""
    reading = info.context
    if not isinstance(value, dict) or not isinstance(reading, ParseContext):
        return value
    for tag in value:
        if supported_language(tag) != tag:
            raise ValueError(f"leadform does not speak {tag}; there are {', '.join(LANGUAGES)}")
        reading.found[tag] = None
    missing = [each for each in reading.needed if each not in value]
    if missing or not value:
        raise ValueError(f"needs a text in {' and '.join(missing or LANGUAGES[:1])}, as other texts have")
    return value[reading.language or next(iter(value))]


def _printable(value: str) -> str:
    if any(unicodedata.category(each) == "Cc" and each != "\n" for each in value):
        raise ValueError("must not hold control characters")
    return value


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be blank")
    return value


def _short(value: str) -> str:
    if len(value) > MAX_FORM_LINE:
        raise ValueError(f"must have at most {MAX_FORM_LINE} characters: it has {len(value)}")
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


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("must be a time zone of the IANA's database, such as Australia/Sydney") from error
    return value


def _region(value: str) -> str:
    if value.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("must be a country's two-letter ISO 3166 code, such as AU")
    return value.upper()


Words = Annotated[
    StrictStr,
    AfterValidator(_printable),
    BeforeValidator(_in_language, json_schema_input_type=str | dict[LanguageTag, str]),
]
"""A text, or a table of it in several languages, of which a form that was read has the one."""

Line = Annotated[Words, AfterValidator(_filled), AfterValidator(_short)]
WebAddress = Annotated[StrictStr, AfterValidator(_web_address)]
Origin = Annotated[StrictStr, AfterValidator(_origin)]
Region = Annotated[StrictStr, AfterValidator(_region)]
TimeZone = Annotated[StrictStr, AfterValidator(_time_zone)]
