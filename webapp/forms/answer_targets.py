"""Which properties of the opportunity an answer may become."""

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

BUILT_IN_TARGETS: Final = {
    "contact.firstName": "first_name",
    "contact.lastName": "last_name",
    "contact.email": "email",
}
"""The properties that a built-in field of every form fills."""

RESERVED_REF: Final = f"a ref that begins with {REFERENCE_PREFIX} is leadform's own: name it otherwise"
"""Why a form may not choose a ``ref`` by which leadform recognises its own opportunities."""


def check_target(name: str) -> str:
    """Return the name of a property that an answer may fill.

    Raises:
        ValueError: there is no such property, or the form fills it otherwise.
    """
    if name == "id":
        raise ValueError("a form adds opportunities, so no answer can name one")
    if name in BUILT_IN_TARGETS:
        raise ValueError(f"the built-in field {BUILT_IN_TARGETS[name]} asks this already")
    try:
        target = find_property(name)
    except UnknownPropertyError as error:
        raise ValueError(str(error)) from error
    if target.path[0] == "externalUrls" and is_reserved_ref(target.path[1]):
        raise ValueError(RESERVED_REF)
    return name


def target_errors(to: str, kind: Kind, options: Iterable[int | str]) -> Iterator[tuple[str, str]]:
    """Yield why a property cannot hold the answers to a question: the question's key, and the rule."""
    if to == "description":
        return
    target = find_property(to)
    if not kind.fills(target.type):
        asking = " or ".join(kind.name for kind in kinds_for(target.type))
        yield "to", f"{to} holds {_with_article(target.type)}, which a question of kind {asking} asks for"
        return
    for option in options:
        document: JsonObject = {}
        put(document, target, to_property_value(target, option))
        try:
            Opportunity.model_validate(document)
        except ValidationError as error:
            yield (
                "options",
                f"{option!r} is not a valid value for {to}: it {get_rule(error.errors()[0]['msg'])}",
            )


def to_property_value(target: Property, value: AnswerValue) -> Any:
    """Return an answer's value in the shape that the property has."""
    if target.type is PropertyType.INTEGERS:
        return _entries(value)
    if target.type is PropertyType.GROUPS:
        return [{"groupId": group} for group in _entries(value)]
    if isinstance(value, tuple):
        return list(value)
    if target.type is PropertyType.TEXT:
        return str(value)
    return value


def _entries(value: AnswerValue) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]


def _with_article(holds: PropertyType) -> str:
    return f"an {holds}" if holds.value[0] in "aeiou" else f"a {holds}"
