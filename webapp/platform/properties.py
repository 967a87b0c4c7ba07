"""The opportunity's properties by name, nested ones by their path: ``company.address.city``.

A custom field is named by its id (``customFields.12``), an external URL by its ``ref``
(``externalUrls.plan``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import NoneType
from typing import Any, Final, get_args, get_type_hints

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from webapp.platform.opportunity import (
    CustomField,
    ExternalUrl,
    JsonObject,
    Opportunity,
    PropertyType,
    RecordCustomField,
)


class UnknownPropertyError(ValueError):
    """The opportunity has no such property, or it cannot hold one value; the message says what there is."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property that holds a value: its path in the JSON object, and its type."""

    path: tuple[str, ...]
    type: PropertyType

    def __str__(self) -> str:
        """Return the name by which a form refers to it."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class _ListOf:
    """What identifies an entry of a list and what it holds, in the platform's names."""

    key: str
    value: str
    type: PropertyType


_LISTS: Final[dict[type[BaseModel], _ListOf]] = {
    CustomField: _ListOf("fieldId", "fieldValue", PropertyType.MIXED),
    RecordCustomField: _ListOf("fieldId", "value", PropertyType.MIXED),
    ExternalUrl: _ListOf("ref", "url", PropertyType.URL),
}


@cache
def find_property(name: str) -> Property:
    """Return the property of a name such as ``typeId``, ``contact.phone`` or ``customFields.12``.

    Raises:
        UnknownPropertyError: there is none, or it is an object or a list that a single value cannot fill.
    """
    path = tuple(name.split("."))
    model: type[BaseModel] = Opportunity
    for depth, part in enumerate(path):
        named = ".".join(path[: depth + 1])
        kind = _kinds(model).get(part)
        rest = path[depth + 1 :]
        if kind is None:
            raise UnknownPropertyError(
                f"{named} is not a property of the opportunity{_did_you_mean(model, part)}"
            )
        if isinstance(kind, PropertyType):
            if rest:
                raise UnknownPropertyError(f"{named} is one value: it has no properties of its own")
            return Property(path, kind)
        if isinstance(kind, _ListOf):
            return Property(path, _entry_type(named, kind, rest))
        if not rest:
            names = ", ".join(f"{named}.{name}" for name in _kinds(kind))
            raise UnknownPropertyError(f"{named} is an object: name one of its properties, {names}")
        model = kind
    raise AssertionError(name)  # the loop ends by returning or raising


def put(document: JsonObject, target: Property, value: Any) -> None:
    """Set a property in the JSON object of an opportunity, replacing any earlier value."""
    model: type[BaseModel] = Opportunity
    place = document
    for depth, part in enumerate(target.path):
        kind = _kinds(model)[part]
        if isinstance(kind, PropertyType):
            place[part] = value
            return
        if isinstance(kind, _ListOf):
            _put_entry(place.setdefault(part, []), kind, target.path[depth + 1], value)
            return
        place, model = place.setdefault(part, {}), kind


def value_at(document: JsonObject, name: str) -> Any:
    """Return the value at a name such as ``company.address.city``, or None; it looks into no list."""
    place: Any = document
    for part in name.split("."):
        place = place.get(part) if isinstance(place, dict) else None
    return place


def properties(model: type[BaseModel] = Opportunity) -> Iterator[tuple[str, str, str]]:
    """Yield the properties of a model in the document's order: name, what it holds, and what it is for."""
    for name, field in model.model_fields.items():
        kind = _kinds(model)[to_camel(name)]
        if isinstance(kind, PropertyType):
            holds = kind.value
        else:
            holds = "array" if isinstance(kind, _ListOf) else "object"
        yield to_camel(name), holds, field.description or ""


@cache
def _kinds(model: type[BaseModel]) -> dict[str, PropertyType | _ListOf | type[BaseModel]]:
    hints = get_type_hints(model, include_extras=True)
    return {to_camel(name): _kind(hints[name]) for name in model.model_fields}


def _kind(hint: Any) -> PropertyType | _ListOf | type[BaseModel]:
    """Return what a type hint holds, looking through Optional, Annotated and tuple."""
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return _LISTS.get(hint, hint)
    types = [entry for entry in getattr(hint, "__metadata__", ()) if isinstance(entry, PropertyType)]
    if types:
        return types[-1]
    inner = [argument for argument in get_args(hint) if argument not in (NoneType, ...)]
    return _kind(inner[0])


def _entry_type(named: str, entries: _ListOf, rest: tuple[str, ...]) -> PropertyType:
    is_named = len(rest) == 1 and (rest[0].isdecimal() if entries.key == "fieldId" else bool(rest[0]))
    if not is_named:
        example = f"{named}.12" if entries.key == "fieldId" else f"{named}.plan"
        raise UnknownPropertyError(f"{named} is a list: name one entry by its {entries.key}, like {example}")
    return entries.type


def _put_entry(entries: list[JsonObject], kind: _ListOf, named: str, value: Any) -> None:
    for entry in entries:
        if str(entry[kind.key]) == named:
            entry[kind.value] = value
            return
    entries.append({kind.key: int(named) if kind.key == "fieldId" else named, kind.value: value})


def _did_you_mean(model: type[BaseModel], part: str) -> str:
    names = {name.lower(): name for name in _kinds(model)}
    near = get_close_matches(part.lower(), names, n=1)
    return f": did you mean {names[near[0]]}?" if near else ""
