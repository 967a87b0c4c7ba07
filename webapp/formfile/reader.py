"""Reads ``forms.toml``: any number of forms, every fault told at once with its place and rule."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from webapp.formfile.definition import FormDefinition

Forms = Mapping[str, FormDefinition]
"""The forms by slug, in the order of the file."""


class FormsFileError(Exception):
    """The forms file cannot be used; the message names every fault, a line each."""


def read_forms(path: Path) -> Forms:
    """Read and check a forms file.

    Raises:
        FormsFileError: it cannot be read, is not TOML, or says something that a form may not.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise FormsFileError(f"  {path}: there is no such file; FORMS_FILE says where it is") from error
    except OSError as error:
        raise FormsFileError(f"  {path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormsFileError(f"  {path}: is not TOML: {error}") from error
    return _forms(path, document)


def _forms(path: Path, document: Mapping[str, Any]) -> Forms:
    faults = [f"  {path}: {key}: is unknown; only forms.NAME is" for key in document if key != "forms"]
    tables = document.get("forms")
    if not isinstance(tables, dict) or not tables:
        faults.append(f"  {path}: forms: at least one form is required, as [forms.NAME]")
        tables = {}
    forms: dict[str, FormDefinition] = {}
    for slug, table in tables.items():
        if isinstance(table, dict) and "slug" in table:
            faults.append(f"  {path}: forms.{slug}.slug: is unknown; the table's name is the slug")
        try:
            forms[slug] = _form(slug, table)
        except ValidationError as error:
            faults += [f"  {path}: {fault}" for fault in _faults(slug, error)]
    if faults:
        raise FormsFileError("\n".join(faults))
    return MappingProxyType(forms)


def _form(slug: str, table: object) -> FormDefinition:
    named = {**table, "slug": slug} if isinstance(table, dict) else table
    # By alias alone: the platform's own names are the only spelling of the opportunity's properties.
    return FormDefinition.model_validate(named, by_alias=True, by_name=False)


def _faults(slug: str, error: ValidationError) -> list[str]:
    return [
        f"{_place(slug, each['loc'])}: {_sentence(each['type'], each['msg'])}"
        for each in error.errors(include_input=False, include_url=False)
    ]


def _place(slug: str, location: tuple[int | str, ...]) -> str:
    return ".".join(["forms", slug, *(str(part) for part in location)])


def _sentence(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "is unknown"
    if kind == "missing":
        return "is required"
    message = message.removeprefix("Value error, ")
    return message[0].lower() + message[1:]
