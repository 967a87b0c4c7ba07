"""Reads ``forms.toml``: any number of forms, every fault told at once with its place and rule."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import structlog
from pydantic import ValidationError

from webapp.forms.definition import FormDefinition

Forms = Mapping[str, FormDefinition]
"""The forms by slug, in the order of the file."""

log = structlog.get_logger(__name__)


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


class FormsFile:
    """A forms file that is read again when it has changed, for a process that outlives a change.

    A change that cannot be used is told in the log, and the forms stay as they were.
    """

    def __init__(self, path: Path, forms: Forms) -> None:
        self._path = path
        self._forms = forms
        self._seen = _fingerprint(path)
        self._lock = threading.Lock()

    def forms(self) -> Forms:
        """Return the forms as the file has them now."""
        with self._lock:
            found = _fingerprint(self._path)
            if found != self._seen:
                self._seen = found
                self._read_again()
            return self._forms

    def _read_again(self) -> None:
        try:
            self._forms = read_forms(self._path)
        except FormsFileError as error:
            log.error("forms_file_not_usable", reason=str(error))  # noqa: TRY400 (the reason is the whole story)
        else:
            log.info("forms_file_read_again")


def _fingerprint(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


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
