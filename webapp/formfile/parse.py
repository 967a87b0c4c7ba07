"""Turns the document of a forms file into form definitions, and finds all its faults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from webapp.faults import Fault, KeyPath, Source
from webapp.forms.consistency import consistency_errors
from webapp.forms.definition import FormDefinition
from webapp.forms.text_types import ParseContext, WrongLanguagesError, get_rule
from webapp.languages.language import LanguageTag, supported_language

OPPORTUNITY_PARTS: Final = frozenset({"opportunity", "questions", "fields", "referral_sources"})
"""The parts of a form that its opportunity is made of."""


_Error = tuple[LanguageTag | None, ValidationError]
"""An error, and the language in which the texts were read; without one, the first of each text."""


def check_document(document: Mapping[str, Any]) -> tuple[dict[str, FormDefinition], list[Fault]]:
    """Return the forms of a document by slug, and every fault in it, without lines.

    Where there is a fault, the forms are incomplete.
    """
    faults = [_fault((key,), "is unknown; only forms.NAME is") for key in document if key != "forms"]
    tables = document.get("forms")
    if not isinstance(tables, dict) or not tables:
        return {}, [*faults, _fault(("forms",), "at least one form is required, as [forms.NAME]")]
    forms: dict[str, FormDefinition] = {}
    for slug, table in tables.items():
        form, form_faults = _form(slug, table)
        faults += form_faults
        if form is not None:
            forms[slug] = form
    return forms, faults


def _form(slug: str, table: object) -> tuple[FormDefinition | None, list[Fault]]:
    faults = []
    if isinstance(table, dict) and "slug" in table:
        faults.append(_fault(("forms", slug, "slug"), "is unknown; the table's name is the slug"))
    form, errors = _in_every_language(slug, table)
    whole = form
    if errors:
        faults += dict.fromkeys(
            fault for language, error in errors for fault in _faults(slug, table, language, error)
        )
        whole = _with_placeholder_texts(table, (error for _, error in errors))
    if whole is not None:
        faults += [_fault(("forms", slug, *place), rule) for place, rule in consistency_errors(whole)]
    return form, faults


def _in_every_language(slug: str, table: object) -> tuple[FormDefinition | None, list[_Error]]:
    """Return the form in every language that its texts have, and the errors of each language."""
    own = supported_language(str(table.get("lang"))) if isinstance(table, dict) else None
    context = ParseContext(lang=own)
    form, errors = _try_parse(slug, table, context)
    if not context.found:
        return form, errors
    tags = tuple(dict.fromkeys((*([own] if own else []), *context.found)))
    translations: dict[LanguageTag, FormDefinition] = {}
    for tag in tags:
        translation, more = _try_parse(slug, table, ParseContext(tag, tags))
        errors += more
        if translation is not None:
            translations[tag] = translation
    return (None, errors) if errors else (translations[tags[0]].with_translations(translations), [])


def _try_parse(slug: str, table: object, context: ParseContext) -> tuple[FormDefinition | None, list[_Error]]:
    try:
        return _definition(slug, table, context), []
    except ValidationError as error:
        return None, [(context.language, error)]


def _definition(slug: str, table: object, context: ParseContext | None = None) -> FormDefinition:
    with_slug = {**table, "slug": slug} if isinstance(table, dict) else table
    # Only by alias: a property of the opportunity has the platform's own spelling and no other.
    return FormDefinition.model_validate(
        with_slug, by_alias=True, by_name=False, context=context or ParseContext()
    )


def _with_placeholder_texts(table: object, errors: Iterable[ValidationError]) -> FormDefinition | None:
    """Return the form for the rules of its opportunity, although its texts have errors.

    None when the parts that the rules are about have errors themselves.
    """
    wrong_parts = {str(detail["loc"][0]) for error in errors for detail in error.errors() if detail["loc"]}
    if not isinstance(table, dict) or wrong_parts & OPPORTUNITY_PARTS:
        return None
    parts = {key: value for key, value in table.items() if key in OPPORTUNITY_PARTS}
    try:
        return _definition("placeholder", {**parts, "title": "T"})
    except ValidationError:
        return None


def _fault(path: KeyPath, rule: str) -> Fault:
    match path:
        case ("forms", str(slug), *_):
            return Fault(Source.FORMS_FILE, rule, path=path, form=slug)
        case _:
            return Fault(Source.FORMS_FILE, rule, path=path)


def _faults(
    slug: str, table: object, language: LanguageTag | None, error: ValidationError
) -> Iterator[Fault]:
    for detail in error.errors(include_input=False, include_url=False):
        path = tuple(_key_path(detail["loc"]))
        if not isinstance(detail.get("ctx", {}).get("error"), WrongLanguagesError):
            path += _text_language(table, path, language)
        yield _fault(("forms", slug, *path), _rule(detail["type"], detail["msg"]))


def _text_language(table: object, path: KeyPath, language: LanguageTag | None) -> KeyPath:
    """Return the step to the text that was read, where a key has it in several languages."""
    value: Any = table
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ()
    if not isinstance(value, dict) or not value or any(supported_language(name) != name for name in value):
        return ()
    return (language if language is not None and language in value else next(iter(value)),)


def _key_path(location: Iterable[int | str]) -> Iterator[int | str]:
    """Leave out the steps that pydantic adds: the type of a union that it tried, and names of validators."""
    for step in location:
        if isinstance(step, int) or not any(mark in step for mark in "[]()'"):
            yield step


def _rule(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "is unknown"
    if kind == "missing":
        return "is required"
    rule = get_rule(message).replace("Input should", "must", 1)  # pydantic's own rules
    return rule[0].lower() + rule[1:]
