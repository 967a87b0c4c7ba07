"""Reads ``forms.toml``: any number of forms, and all their faults at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from webapp.faults import Fault, FaultsError, Source
from webapp.files.path_faults import explain
from webapp.formfile.parse import check_document
from webapp.forms.definition import FormDefinition

MAX_LOGO: Final = 64 * 1024
"""Bytes."""

Fingerprint = tuple[int, int, int]
"""Differs when a file was written again: the time of the change, the size, the inode."""


class FormsFileError(FaultsError):
    """The forms file cannot be used."""

    @property
    def heading(self) -> str:
        """The line to put above the faults."""
        return "The forms file is not right:"


class LogoError(Exception):
    """A logo cannot be used: which rule it breaks, and the remedy."""

    def __init__(self, rule: str, remedy: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class FormsSource:
    """What the forms were read from.

    ``logos`` are the images by their names in the file. ``fingerprint`` is the file's, taken before it was
    read; it is None for a copy.
    """

    path: Path
    text: str
    logos: Mapping[str, bytes]
    fingerprint: Fingerprint | None = None

    def locate(self, faults: Iterable[Fault]) -> Iterator[Fault]:
        """Yield faults of these forms with the file and the line of each."""
        from webapp.formfile.toml_lines import TomlLines  # noqa: PLC0415 (forms without a fault need no lines)

        lines = TomlLines(self.text)
        for fault in faults:
            yield replace(fault, source=self.path, line=lines.line_of(fault.path))


class Forms(Mapping[str, FormDefinition]):
    """The forms by slug, in the order of the file, and their source."""

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
        FormsFileError: it cannot be read, is not TOML, or breaks a rule.
    """
    fingerprint = get_fingerprint(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        remedy = "put it there, or say in FORMS_FILE where it is"
        raise FormsFileError([Fault(path, "there is no such file", remedy)]) from error
    except OSError as error:
        reason = explain(error, path)
        fault = Fault(path, f"cannot be read ({reason.message})", reason.what_to_do)
        raise FormsFileError([fault]) from error
    except UnicodeDecodeError as error:
        line = 1 + error.object.count(b"\n", 0, error.start)
        fault = Fault(path, "is not TOML: it has a byte that is not UTF-8", "save it as UTF-8", line=line)
        raise FormsFileError([fault]) from error
    return make_forms(path, text, lambda name: read_logo(path.parent / name), fingerprint)


def make_forms(
    path: Path, text: str, logo_named: Callable[[str], bytes], fingerprint: Fingerprint | None = None
) -> Forms:
    """Make and check the forms of a text; ``logo_named`` returns a logo, or raises LogoError.

    Raises:
        FormsFileError: the text is not TOML, or breaks a rule.
    """
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FormsFileError([Fault(path, f"is not TOML: {error}", line=_line_of(error, text))]) from error
    definitions, faults = check_document(document)
    logos: dict[str, bytes] = {}
    for slug, form in definitions.items():
        if form.theme.logo is None:
            continue
        try:
            logos[form.theme.logo] = logo_named(form.theme.logo)
        except LogoError as error:
            key = ("forms", slug, "theme", "logo")
            faults.append(Fault(Source.FORMS_FILE, error.rule, error.remedy, key, slug))
    source = FormsSource(path, text, logos, fingerprint)
    if faults:
        raise FormsFileError(source.locate(faults))
    return Forms(definitions, source)


def _line_of(error: tomllib.TOMLDecodeError | RecursionError, text: str) -> int | None:
    """Return the line at which a text stops being TOML, if the error says so."""
    # Before Python 3.14 only the message has it.
    found = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)$", str(error))
    if found is None:
        return None
    return int(found[1]) if found[1] else len(text.splitlines())


def read_logo(path: Path) -> bytes:
    """Return an image.

    Raises:
        LogoError: it cannot be used.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_LOGO + 1)
    except FileNotFoundError as error:
        raise LogoError(f"there is no file {path}", "put it there, or name another") from error
    except OSError as error:
        reason = explain(error, path)
        raise LogoError(reason.message, reason.what_to_do) from error
    if len(content) > MAX_LOGO:
        rule = f"has more than {MAX_LOGO // 1024} KiB, which is too much for a slow connection"
        raise LogoError(rule, "make it smaller")
    return content


def get_fingerprint(path: Path) -> Fingerprint | None:
    """Return the fingerprint of a file, or None when there is no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
