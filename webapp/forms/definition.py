"""What a form in ``forms.toml`` may say."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr, StrictBool, StrictStr, model_validator

from webapp.forms.answer_targets import check_target
from webapp.forms.attribution_targets import MAPPED_ATTRIBUTION, UTM_PROPERTIES
from webapp.forms.question import Question
from webapp.forms.referral import referral_questions
from webapp.forms.text_types import FormTable, Line, Origin, Region, TimeZone, WebAddress, Words
from webapp.forms.theme import Theme
from webapp.languages.language import (
    ENGLISH,
    LANGUAGES,
    LanguageTag,
    get_language,
)
from webapp.platform.opportunity import MAX_EXTERNAL_URLS, Integer, Opportunity, PropertyType
from webapp.platform.properties import find_property


class FieldRule(StrEnum):
    """Whether a form asks for something, and whether it insists."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    HIDDEN = "hidden"


class BuiltInFields(FormTable):
    """The built-in questions that a form may leave out; the names and the e-mail are always required."""

    phone: FieldRule = FieldRule.OPTIONAL
    company: FieldRule = FieldRule.OPTIONAL
    message: FieldRule = FieldRule.OPTIONAL


ONLY_WITH: Final = {
    "company": "a company",
    "referralContact": "a referral",
    "referralCompany": "a referral",
}
"""The objects that not every opportunity has, so that no attribution can rely on them."""


def _text_target(name: str) -> str:
    check_target(name)
    if find_property(name).type not in {PropertyType.TEXT, PropertyType.MIXED}:
        raise ValueError(f"{name} holds no text")
    if name in {"name", "description", "contact.phone", *UTM_PROPERTIES.values()}:
        raise ValueError(f"{name} is filled with something else: name a custom field")
    party = name.split(".", maxsplit=1)[0]
    if party in ONLY_WITH:
        raise ValueError(f"{name} is there only where {ONLY_WITH[party]} is: name a custom field")
    return name


AttributionName = Literal[MAPPED_ATTRIBUTION]  # type: ignore[valid-type]  # the names are data, kept in one place
TextTarget = Annotated[StrictStr, AfterValidator(_text_target)]


class FormDefinition(FormTable):
    """One form; ``slug`` is its name in the file and its place in the address, ``/f/<slug>``.

    ``amend_for`` is the number of hours for which a visitor may change what was sent. ``referral_sources``
    are the sources of the venue's account that are a "Referral Program".

    ``lang`` is the language of the form's texts. Where they stand in several, a definition has those of one,
    and ``in_language`` gives the others.
    """

    lang: LanguageTag | None = None
    slug: Annotated[StrictStr, Field(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=64)]
    title: Line
    intro: Words = Field(default="", validate_default=True)
    submit: Line | None = None
    consent: Line | None = None
    thanks: Line | None = None
    thanks_url: WebAddress | None = None
    contact: Words = Field(default="", validate_default=True)
    region: Region | None = None
    time_zone: TimeZone = "UTC"
    allowed_origins: tuple[Origin, ...] = ()
    external_ref: StrictBool = False
    amend_for: Annotated[float, Field(strict=True, ge=0, le=24 * 365)] = 24
    theme: Theme = Theme()
    fields: BuiltInFields = BuiltInFields()
    opportunity: Opportunity
    referral_sources: tuple[Integer, ...] = ()
    questions: tuple[Question, ...] = ()
    attribution: Mapping[AttributionName, TextTarget] = Field(default_factory=dict)
    _spoken: LanguageTag | None = PrivateAttr(default=None)
    _translations: Mapping[LanguageTag, FormDefinition] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _room_for_the_reference(self) -> Self:
        if self.external_ref and len(self.opportunity.external_urls or ()) >= MAX_EXTERNAL_URLS:
            raise ValueError(
                f"external_ref: needs one of the {MAX_EXTERNAL_URLS} externalUrls that the platform takes"
            )
        return self

    @cached_property
    def asked(self) -> tuple[Question, ...]:
        """Every question that the form may ask: its own, and those about who referred the visitor."""
        referral = referral_questions(
            self.opportunity, self.questions, self.referral_sources, get_language(self.spoken)
        )
        return (*self.questions, *referral)

    def is_referral(self, source: int | str | None) -> bool:
        """Say whether a source is a "Referral Program" of the venue's account."""
        return source is not None and int(source) in {int(listed) for listed in self.referral_sources}

    def with_translations(self, translations: Mapping[LanguageTag, FormDefinition]) -> Self:
        """Return the form as one that has its texts in each of these languages."""
        form = self.model_copy()
        form._translations = translations  # noqa: SLF001 (a copy of its own)
        return form

    def in_language(self, tag: LanguageTag) -> FormDefinition:
        """Return the form in a language; texts that are only in another one stay as they are."""
        form = self._translations.get(tag, self).model_copy()
        form._spoken = tag  # noqa: SLF001 (a copy of its own)
        form.__dict__.pop("asked", None)  # it was kept in another language
        return form

    @property
    def spoken(self) -> LanguageTag:
        """The language that the form speaks, as ``in_language`` made it, or its own."""
        return self._spoken or self.own_language

    @property
    def is_translated(self) -> bool:
        """Say whether the form's texts are in several languages."""
        return len(self._translations) > 1

    @property
    def languages(self) -> tuple[LanguageTag, ...]:
        """The languages that the form can be shown in: those of its texts, or all that leadform speaks."""
        return tuple(self._translations) or LANGUAGES

    @property
    def own_language(self) -> LanguageTag:
        """The language of the texts that the venue's staff read."""
        return self.lang if self.lang is not None else next(iter(self._translations), ENGLISH)
