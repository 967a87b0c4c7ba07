"""Makes form definitions of a forms file's document, and finds every fault in it at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from webapp.forms.consistency import consistency_errors
from webapp.forms.definition import FormDefinition
from webapp.forms.text_types import ParseContext, get_rule
from webapp.languages.language import LanguageTag, supported_language

Place = tuple[str | int, ...]

WHAT_THE_RULES_ARE_ABOUT: Final = frozenset({"opportunity", "questions", "fields", "referral_sources"})
"""The parts of a form that the opportunity is made of."""


@dataclass(frozen=True, slots=True)
class FormFault:
    """One fault: the path of the key that is at fault, and the rule that it breaks."""

    place: Place
    rule: str


def check_document(document: Mapping[str, Any]) -> tuple[dict[str, FormDefinition], list[FormFault]]:
    """Return the forms of a document by slug, and all that is wrong; with a fault the forms are not whole."""
    faults = [FormFault((key,), "is unknown; only forms.NAME is") for key in document if key != "forms"]
    tables = document.get("forms")
    if not isinstance(tables, dict) or not tables:
        return {}, [*faults, FormFault(("forms",), "at least one form is required, as [forms.NAME]")]
    forms: dict[str, FormDefinition] = {}
    for slug, table in tables.items():
        form, of_this = _form(slug, table)
        faults += of_this
        if form is not None:
            forms[slug] = form
    return forms, faults


def _form(slug: str, table: object) -> tuple[FormDefinition | None, list[FormFault]]:
    faults = []
    if isinstance(table, dict) and "slug" in table:
        faults.append(FormFault(("forms", slug, "slug"), "is unknown; the table's name is the slug"))
    form, errors = _in_every_language(slug, table)
    whole = form
    if errors:
        faults += dict.fromkeys(fault for error in errors for fault in _faults(slug, error))
        whole = _with_other_parts_mended(table, errors)
    if whole is not None:
        faults += [FormFault(("forms", slug, *place), rule) for place, rule in consistency_errors(whole)]
    return form, faults


def _in_every_language(slug: str, table: object) -> tuple[FormDefinition | None, list[ValidationError]]:
    """Return the form with its texts in each language that any stands in, and what is wrong in each."""
    own = supported_language(str(table.get("lang"))) if isinstance(table, dict) else None
    reading = ParseContext(lang=own)
    form, errors = _tried(slug, table, reading)
    if not reading.found:
        return form, errors
    tags = tuple(dict.fromkeys((*([own] if own else []), *reading.found)))
    translations: dict[LanguageTag, FormDefinition] = {}
    for tag in tags:
        translation, more = _tried(slug, table, ParseContext(tag, tags))
        errors += more
        if translation is not None:
            translations[tag] = translation
    return (None, errors) if errors else (translations[tags[0]].with_translations(translations), [])


def _tried(
    slug: str, table: object, reading: ParseContext
) -> tuple[FormDefinition | None, list[ValidationError]]:
    try:
        return _definition(slug, table, reading), []
    except ValidationError as error:
        return None, [error]


def _definition(slug: str, table: object, reading: ParseContext | None = None) -> FormDefinition:
    named = {**table, "slug": slug} if isinstance(table, dict) else table
    # By alias alone: the platform's own names are the only spelling of the opportunity's properties.
    return FormDefinition.model_validate(
        named, by_alias=True, by_name=False, context=reading or ParseContext()
    )


def _with_other_parts_mended(table: object, errors: Iterable[ValidationError]) -> FormDefinition | None:
    """Return the form as the rules of the opportunity see it, also where its texts are at fault.

    None when what the rules are about is itself at fault.
    """
    at_fault = {str(each["loc"][0]) for error in errors for each in error.errors() if each["loc"]}
    if not isinstance(table, dict) or at_fault & WHAT_THE_RULES_ARE_ABOUT:
        return None
    about = {key: value for key, value in table.items() if key in WHAT_THE_RULES_ARE_ABOUT}
    try:
        return _definition("mended", {**about, "title": "T"})
    except ValidationError:
        return None


def _faults(slug: str, error: ValidationError) -> Iterator[FormFault]:
    for each in error.errors(include_input=False, include_url=False):
        place = ("forms", slug, *_without_types(each["loc"]))
        yield FormFault(place, _sentence(each["type"], each["msg"]))


def _without_types(location: Iterable[int | str]) -> Iterator[int | str]:
    """Leave out what pydantic adds to a place: which of several types it tried, and validators by name."""
    for step in location:
        if isinstance(step, int) or not any(each in step for each in "[]()'"):
            yield step


def _sentence(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "is unknown"
    if kind == "missing":
        return "is required"
    message = get_rule(message)
    return message[0].lower() + message[1:]
