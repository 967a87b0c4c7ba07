"""The texts, addresses and codes that a form may contain, each checked when the file is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    GetPydanticSchema,
    StrictStr,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from webapp.languages.language import LANGUAGES, LanguageTag, LocalizedText, supported_language

Text = TypeVar("Text", bound=str)


class WrongLanguagesError(ValueError):
    """A text's table lacks a language, or has one that leadform does not speak."""


class FormTable(BaseModel):
    """A table of the forms file: unknown keys are refused, and it cannot change once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


MAX_FORM_LINE: Final = 500
"""The most characters of a title, a label or another of the venue's own lines."""


@dataclass(slots=True)
class ParseContext:
    """The language in which to read texts that are in several; without one, the first of each text.

    ``found`` collects the languages that occur. A text in several languages must have all that are
    ``needed``. ``lang`` is the language of a text that is in only one.
    """

    language: LanguageTag | None = None
    needed: tuple[LanguageTag, ...] = ()
    lang: LanguageTag | None = None
    found: dict[LanguageTag, None] = field(default_factory=dict)


def get_rule(message: str) -> str:
    """Return the rule in one of pydantic's messages."""
    return message.removeprefix("Value error, ")


def _localize(value: object, validate: ValidatorFunctionWrapHandler, info: ValidationInfo) -> LocalizedText:
    """Return the text in the context's language, where a table has it in several."""
    context = info.context
    if isinstance(value, LocalizedText):
        return LocalizedText(validate(value), value.language)
    if not isinstance(context, ParseContext):
        return LocalizedText(validate(value))
    if not isinstance(value, dict):
        return LocalizedText(validate(value), context.lang)
    tag = _choose_language(value, context)
    return LocalizedText(validate(value[tag]), tag)


def _choose_language(texts: Mapping[str, object], context: ParseContext) -> LanguageTag:
    tags: list[LanguageTag] = []
    for name in texts:
        tag = supported_language(name)
        if tag is None or tag != name:
            rule = f"leadform does not speak {name}; there are {', '.join(LANGUAGES)}"
            raise WrongLanguagesError(rule)
        tags.append(tag)
        context.found[tag] = None
    missing = [tag for tag in context.needed if tag not in tags]
    if missing or not tags:
        rule = f"needs a text in {' and '.join(missing or LANGUAGES[:1])}, as other texts have"
        raise WrongLanguagesError(rule)
    return context.language or tags[0]


def _printable(value: str) -> str:
    if any(unicodedata.category(character) == "Cc" and character != "\n" for character in value):
        raise ValueError("must not hold control characters")
    return value


def _filled(value: Text) -> Text:
    if not value.strip():
        raise ValueError("must not be blank")
    return value


def _short(value: Text) -> Text:
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


PlainLine = Annotated[StrictStr, AfterValidator(_printable), AfterValidator(_filled), AfterValidator(_short)]
"""A line that no visitor reads."""

Words = Annotated[
    LocalizedText,
    GetPydanticSchema(lambda _, handler: handler(Annotated[StrictStr, AfterValidator(_printable)])),
    WrapValidator(_localize, json_schema_input_type=str | dict[LanguageTag, str]),
]
"""A text, or a table of it in several languages; once read, it is the text in one of them."""

Line = Annotated[Words, AfterValidator(_filled), AfterValidator(_short)]

WebAddress = Annotated[StrictStr, AfterValidator(_web_address)]
Origin = Annotated[StrictStr, AfterValidator(_origin)]
Region = Annotated[StrictStr, AfterValidator(_region)]
TimeZone = Annotated[StrictStr, AfterValidator(_time_zone)]
