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
    """One property that holds a value: its place in the JSON object, and what it holds."""

    path: tuple[str, ...]
    type: PropertyType

    def __str__(self) -> str:
        """Return the name that a form gives it."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class _ListOf:
    """How the entries of a list are told apart and what they hold, in the platform's names."""

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
    shape: type[BaseModel] = Opportunity
    for depth, part in enumerate(path):
        named = ".".join(path[: depth + 1])
        kind = _kinds(shape).get(part)
        rest = path[depth + 1 :]
        if kind is None:
            raise UnknownPropertyError(
                f"{named} is no property of the opportunity{_did_you_mean(shape, part)}"
            )
        if isinstance(kind, PropertyType):
            if rest:
                raise UnknownPropertyError(f"{named} is one value: nothing stands behind it")
            return Property(path, kind)
        if isinstance(kind, _ListOf):
            return Property(path, _entry_type(named, kind, rest))
        if not rest:
            known = ", ".join(f"{named}.{each}" for each in _kinds(kind))
            raise UnknownPropertyError(f"{named} is an object: name one of its properties, {known}")
        shape = kind
    raise AssertionError(name)  # the loop ends by returning or raising


def put(document: JsonObject, target: Property, value: Any) -> None:
    """Put a value into the JSON object of an opportunity; what stood in its place is replaced."""
    shape: type[BaseModel] = Opportunity
    place = document
    for depth, part in enumerate(target.path):
        kind = _kinds(shape)[part]
        if isinstance(kind, PropertyType):
            place[part] = value
            return
        if isinstance(kind, _ListOf):
            _put_entry(place.setdefault(part, []), kind, target.path[depth + 1], value)
            return
        place, shape = place.setdefault(part, {}), kind


def value_at(document: JsonObject, name: str) -> Any:
    """Return what stands at a name such as ``company.address.city``, outside of lists, or None."""
    place: Any = document
    for part in name.split("."):
        place = place.get(part) if isinstance(place, dict) else None
    return place


def properties(shape: type[BaseModel] = Opportunity) -> Iterator[tuple[str, str, str]]:
    """Yield each property of a shape in the document's order: its name, what it holds, and what it is for."""
    for name, field in shape.model_fields.items():
        kind = _kinds(shape)[to_camel(name)]
        if isinstance(kind, PropertyType):
            holds = kind.value
        else:
            holds = "array" if isinstance(kind, _ListOf) else "object"
        yield to_camel(name), holds, field.description or ""


@cache
def _kinds(shape: type[BaseModel]) -> dict[str, PropertyType | _ListOf | type[BaseModel]]:
    hints = get_type_hints(shape, include_extras=True)
    return {to_camel(name): _kind(hints[name]) for name in shape.model_fields}


def _kind(hint: Any) -> PropertyType | _ListOf | type[BaseModel]:
    """Return what a type says, looking through Optional, Annotated and tuple."""
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return _LISTS.get(hint, hint)
    named = [each for each in getattr(hint, "__metadata__", ()) if isinstance(each, PropertyType)]
    if named:
        return named[-1]
    within = [each for each in get_args(hint) if each not in (NoneType, ...)]
    return _kind(within[0])


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


def _did_you_mean(shape: type[BaseModel], part: str) -> str:
    known = {each.lower(): each for each in _kinds(shape)}
    near = get_close_matches(part.lower(), known, n=1)
    return f": did you mean {known[near[0]]}?" if near else ""
