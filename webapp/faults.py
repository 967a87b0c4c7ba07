"""A fault of the configuration as a value: where it is, which rule it breaks, what to do about it.

Exceptions carry faults. They become text, or a record for ``--json``, only where a person or a program reads
them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from webapp.files.path_faults import shown

KeyPath = tuple[str | int, ...]
"""The steps to a key of a TOML document, or the name of one setting."""


class Source(StrEnum):
    """Where a fault is, if not in a known file."""

    ENVIRONMENT = "environment"
    SETTINGS = "settings"
    FORMS_FILE = "forms file"
    DATABASE = "database"
    PLATFORM = "platform"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; it never contains a secret.

    Attributes:
        source: the file, or where else the value came from.
        rule: what is wrong, as the end of a sentence about the key.
        remedy: what to do; None if the rule makes that clear.
        path: the setting's name, or the steps to the key in the forms file; empty for the source as a whole.
        form: the slug of the form that is at fault.
        line: the line in the file, from 1.
    """

    source: Path | Source
    rule: str
    remedy: str | None = None
    path: KeyPath = ()
    form: str | None = None
    line: int | None = None

    @property
    def key(self) -> str | None:
        """The key with dots between its steps, or None for the source as a whole."""
        return ".".join(map(str, self.path)) or None

    def __str__(self) -> str:
        """Return the fault as one sentence for a terminal; its place in the file comes first."""
        where = None
        if isinstance(self.source, Path):
            where = shown(self.source) if self.line is None else f"{shown(self.source)}:{self.line}"
        return ": ".join(part for part in (where, self.key, self.rule, self.remedy) if part)

    def as_record(self) -> dict[str, str | int | None]:
        """Return the fault with all its parts, under the names that every ``--json`` uses."""
        return {
            "message": self.rule,
            "what_to_do": self.remedy,
            "form": self.form,
            "key": self.key,
            "source": shown(self.source) if isinstance(self.source, Path) else self.source.value,
            "line": self.line,
        }


class FaultsError(Exception):
    """Something cannot be used because of its faults; as text it has one line per fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    @property
    def heading(self) -> str:
        """The line to put above the faults."""
        return "The configuration is not right:"

    def __str__(self) -> str:
        """Return the faults, one per line, to go under the heading."""
        return "\n".join(f"  {fault}" for fault in self.faults)


class ConfigurationError(Exception):
    """The service cannot start with this configuration; as text it has every fault, under headings."""

    def __init__(self, *parts: FaultsError) -> None:
        super().__init__(*parts)
        self.parts = parts

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All faults of all parts."""
        return tuple(fault for part in self.parts for fault in part.faults)

    def __str__(self) -> str:
        """Return every fault, one per line, under the heading of its part."""
        return "\n".join(f"{part.heading}\n{part}" for part in self.parts)
