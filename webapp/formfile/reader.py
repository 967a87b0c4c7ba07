"""Reads ``forms.toml``: any number of forms, every fault told at once with its place and rule."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import structlog

from webapp.formfile.checking import Fault, check_document
from webapp.formfile.lines import Lines
from webapp.forms.definition import FormDefinition
from webapp.path_faults import PathFault, explain, shown

Forms = Mapping[str, FormDefinition]
"""The forms by slug, in the order of the file."""

LARGEST_LOGO: Final = 64 * 1024
"""Bytes."""

log = structlog.get_logger(__name__)


class FormsFileError(Exception):
    """The forms file cannot be used; the message names every fault, a line each.

    ``unreadable`` says why the file could not be read at all.
    """

    def __init__(self, message: str, unreadable: PathFault | None = None) -> None:
        super().__init__(message)
        self.unreadable = unreadable


def read_forms(path: Path) -> Forms:
    """Read and check a forms file.

    Raises:
        FormsFileError: it cannot be read, is not TOML, or says something that a form may not.
    """
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except FileNotFoundError as error:
        raise FormsFileError(
            f"  {shown(path)}: there is no such file; FORMS_FILE says where it is"
        ) from error
    except OSError as error:
        fault = explain(error, path)
        raise FormsFileError(f"  {path}: cannot be read: {fault}", fault) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormsFileError(f"  {path}: is not TOML: {error}") from error
    forms, faults = check_document(document)
    faults += [fault for form in forms.values() for fault in _logo_faults(form, path.parent)]
    if faults:
        raise FormsFileError("\n".join(_told(path, text, faults)))
    return MappingProxyType(forms)


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


def _logo_faults(form: FormDefinition, folder: Path) -> Iterator[Fault]:
    place = ("forms", form.slug, "theme", "logo")
    if form.theme.logo is None:
        return
    logo = folder / form.theme.logo
    try:
        with logo.open("rb") as file:
            size = len(file.read(LARGEST_LOGO + 1))
    except FileNotFoundError:
        yield Fault(place, f"there is no file {logo}")
    except OSError as error:
        yield Fault(place, str(explain(error, logo)))
    else:
        if size > LARGEST_LOGO:
            yield Fault(place, f"is too large for a bad line: {LARGEST_LOGO // 1024} KiB are the most")


def _fingerprint(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _told(path: Path, text: str, faults: Iterable[Fault]) -> Iterator[str]:
    lines = Lines(text)
    for fault in faults:
        line = lines.line_of(fault.place)
        where = f"{path}:{line}" if line is not None else str(path)
        yield f"  {where}: {'.'.join(map(str, fault.place))}: {fault.rule}"
