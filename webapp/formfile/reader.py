"""Reads ``forms.toml``: any number of forms, every fault told at once with its place and rule."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from webapp.files.path_faults import PathFault, explain, shown
from webapp.formfile.parse import FormFault, check_document
from webapp.forms.definition import FormDefinition

MAX_LOGO: Final = 64 * 1024
"""Bytes."""

Fingerprint = tuple[int, int, int]
"""What differs when a file was written again: when, its size, which file it is."""


class FormsFileError(Exception):
    """The forms file cannot be used; the message names every fault, a line each.

    ``unreadable`` says why the file could not be read at all.
    """

    def __init__(self, message: str, unreadable: PathFault | None = None) -> None:
        super().__init__(message)
        self.unreadable = unreadable


@dataclass(frozen=True, slots=True)
class FormsSource:
    """What the forms were read from.

    ``logos`` are the images by their names in the file; ``fingerprint`` is the file's, from before it was
    read, or None for what was not read from the file itself.
    """

    path: Path
    text: str
    logos: Mapping[str, bytes]
    fingerprint: Fingerprint | None = None


class Forms(Mapping[str, FormDefinition]):
    """The forms by slug, in the order of the file, with what they were read from."""

    def __init__(self, definitions: Mapping[str, FormDefinition], source: FormsSource) -> None:
        self._definitions = dict(definitions)
        self.source = source

    def __getitem__(self, slug: str) -> FormDefinition:
        return self._definitions[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._definitions)

    def __len__(self) -> int:
        return len(self._definitions)

    @property
    def logos(self) -> Mapping[str, bytes]:
        """The content of each form's logo, by slug."""
        named = {slug: form.theme.logo for slug, form in self._definitions.items()}
        return {slug: self.source.logos[logo] for slug, logo in named.items() if logo}


def read_forms(path: Path) -> Forms:
    """Read and check a forms file and the logos that it names.

    Raises:
        FormsFileError: it cannot be read, is not TOML, or says something that a form may not.
    """
    fingerprint = get_fingerprint(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise FormsFileError(
            f"  {shown(path)}: there is no such file; FORMS_FILE says where it is"
        ) from error
    except OSError as error:
        fault = explain(error, path)
        raise FormsFileError(f"  {path}: cannot be read: {fault}", fault) from error
    except UnicodeDecodeError as error:
        raise FormsFileError(f"  {path}: is not TOML: {error}") from error
    return make_forms(path, text, lambda name: read_logo(path.parent / name), fingerprint)


def make_forms(
    path: Path, text: str, logo_named: Callable[[str], bytes], fingerprint: Fingerprint | None = None
) -> Forms:
    """Make and check the forms of a text; ``logo_named`` returns a logo, or raises ValueError saying why not.

    Raises:
        FormsFileError: the text is not TOML, or says something that a form may not.
    """
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FormsFileError(f"  {path}: is not TOML: {error}") from error
    definitions, faults = check_document(document)
    logos: dict[str, bytes] = {}
    for slug, form in definitions.items():
        if form.theme.logo is None:
            continue
        try:
            logos[form.theme.logo] = logo_named(form.theme.logo)
        except ValueError as error:
            faults.append(FormFault(("forms", slug, "theme", "logo"), str(error)))
    if faults:
        raise FormsFileError("\n".join(_told(path, text, faults)))
    return Forms(definitions, FormsSource(path, text, logos, fingerprint))


def read_logo(path: Path) -> bytes:
    """Return an image.

    Raises:
        ValueError: saying why it cannot be used.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_LOGO + 1)
    except FileNotFoundError as error:
        raise ValueError(f"there is no file {path}") from error
    except OSError as error:
        raise ValueError(str(explain(error, path))) from error
    if len(content) > MAX_LOGO:
        raise ValueError(f"is too large for a bad line: {MAX_LOGO // 1024} KiB are the most")
    return content


def get_fingerprint(path: Path) -> Fingerprint | None:
    """Return what differs when a file was written again; None when there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _told(path: Path, text: str, faults: Iterable[FormFault]) -> Iterator[str]:
    from webapp.formfile.toml_lines import Lines  # noqa: PLC0415 (a file without a fault needs no line)

    lines = Lines(text)
    for fault in faults:
        line = lines.line_of(fault.place)
        where = f"{path}:{line}" if line is not None else str(path)
        yield f"  {where}: {'.'.join(map(str, fault.place))}: {fault.rule}"
