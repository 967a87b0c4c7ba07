"""Which answers a property of the opportunity takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic import ValidationError

from webapp.enquiry import REFERENCE_PREFIX, AnswerValue
from webapp.forms.kinds.kind import Kind
from webapp.forms.kinds.registry import kinds_for
from webapp.forms.text_types import get_rule
from webapp.platform.opportunity import JsonObject, Opportunity, PropertyType
from webapp.platform.opportunity_name import is_reserved_ref
from webapp.platform.properties import Property, UnknownPropertyError, find_property, put

ASKED_OF_EVERYBODY: Final = {
    "contact.firstName": "first_name",
    "contact.lastName": "last_name",
    "contact.email": "email",
}
"""The properties that a built-in field of every form fills."""

OURS: Final = f"a ref that begins with {REFERENCE_PREFIX} is leadform's own: name it otherwise"
"""Why a form may not give an external URL a ``ref`` by which leadform would take it for another's."""


def check_target(name: str) -> str:
    """Return the name of a property that an answer may fill.

    Raises:
        ValueError: there is no such property, or something else fills it.
    """
    if name == "id":
        raise ValueError("a form adds opportunities, so no answer can name one")
    if name in ASKED_OF_EVERYBODY:
        raise ValueError(f"the built-in field {ASKED_OF_EVERYBODY[name]} asks this already")
    try:
        target = find_property(name)
    except UnknownPropertyError as error:
        raise ValueError(str(error)) from error
    if target.path[0] == "externalUrls" and is_reserved_ref(target.path[1]):
        raise ValueError(OURS)
    return name


def target_errors(to: str, kind: Kind, options: Iterable[int | str]) -> Iterator[tuple[str, str]]:
    """Yield why the answers to a question cannot fill the property that it names: the key, and the rule."""
    if to == "description":
        return
    target = find_property(to)
    if not kind.fills(target.type):
        asking = " or ".join(kind.name for kind in kinds_for(target.type))
        yield "to", f"{to} holds {_article(target.type)}, which a question of kind {asking} asks for"
        return
    for option in options:
        document: JsonObject = {}
        put(document, target, as_property(target, option))
        try:
            Opportunity.model_validate(document)
        except ValidationError as error:
            yield "options", f"{option!r} is no value for {to}: it {get_rule(error.errors()[0]['msg'])}"


def as_property(target: Property, value: AnswerValue) -> Any:
    """Return an answer's value as the property holds it."""
    if target.type is PropertyType.INTEGERS:
        return _entries(value)
    if target.type is PropertyType.GROUPS:
        return [{"groupId": each} for each in _entries(value)]
    if isinstance(value, tuple):
        return list(value)
    if target.type is PropertyType.TEXT:
        return str(value)
    return value


def _entries(value: AnswerValue) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]


def _article(kind: PropertyType) -> str:
    return f"an {kind}" if kind.value[0] in "aeiou" else f"a {kind}"
