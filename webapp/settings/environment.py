"""What the environment gives: variables, the files of secrets that they name, ``.env``; each read once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from webapp.faults import Fault, Source
from webapp.files.path_faults import absolute, explain, shown
from webapp.settings.env_file import BYTE_ORDER_MARK, EnvFile, LineError, check_characters, read_env_file
from webapp.settings.near_names import meant

SECRETS: Final = frozenset(
    {"SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_URL", "PLATFORM_KEY", "PLATFORM_SECRET"}
)
"""The settings that can also be given as ``NAME_FILE``, the path of a file that holds the value."""

NEVER_EMPTY: Final = frozenset({"DATABASE_URL", "DATABASE_URL_FILE"})
"""Without a value another database would be used than the one that was meant."""

MAY_BE_NONE: Final = frozenset({"SECRET_KEY_FALLBACKS"})

COMMON_NAMES: Final = frozenset({"PORT", "LOG_LEVEL", "LOG_FORMAT", "DEFAULT_FORM"})
"""Names so usual that a neighbour in the environment says nothing about leadform."""

MAX_SECRET: Final = 64 * 1024
"""Bytes of the file of a secret."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from; ``variable`` is the ``NAME_FILE`` that names the file of a secret."""

    source: Path | Source
    line: int | None = None
    variable: str | None = None

    def __str__(self) -> str:
        """Return the origin as the subject of a sentence."""
        if not isinstance(self.source, Path):
            return f"the {self.source}"
        return f"{shown(self.source)}, the {self.variable}," if self.variable else shown(self.source)


IN_ENVIRONMENT: Final = Origin(Source.ENVIRONMENT)


@dataclass(frozen=True, slots=True)
class Given:
    """What is given for the settings: ``values`` and their ``origins`` by name.

    ``overruled`` are sentences about values that are given twice. ``accounted`` are the settings that a fault
    is about already; that they are missing need not be said as well.
    """

    values: dict[str, str]
    origins: dict[str, Origin]
    overruled: tuple[str, ...]
    faults: tuple[Fault, ...]
    accounted: frozenset[str]
    env_file: EnvFile


def read_environment(settings: Iterable[str]) -> Given:
    """Read what the environment and ``.env`` say of the settings of these names.

    The environment goes before a file of a secret, and that before ``.env``.
    """
    return _Reading(tuple(settings)).given()


class _Reading:
    """One reading of the environment and of every file that it names."""

    def __init__(self, settings: tuple[str, ...]) -> None:
        self.settings = settings
        self.names = (*settings, *(f"{name}_FILE" for name in settings if name in SECRETS))
        self.env_file = read_env_file(self.names)
        self.faults: list[Fault] = list(self.env_file.faults)
        spoilt = self.env_file.spoilt if self.env_file.is_readable else set(settings)
        self.accounted = spoilt | {name.removesuffix("_FILE") for name in spoilt}
        self.values: dict[str, str] = {}
        self.origins: dict[str, Origin] = {}
        self.overruled: list[str] = []

    def given(self) -> Given:
        """Return what every source gives."""
        for name in self.settings:
            found = [source for source in self._sources(name) if source[0]]
            if found:
                self.values[name], self.origins[name] = found[0]
                self.overruled += [
                    f"{name} is as {found[0][1]} says; {origin} says otherwise, which is not used"
                    for value, origin in found[1:]
                    if value != found[0][0]
                ]
        for variable, near in _near_misses(os.environ, self.names):
            setting = near if near in self.settings else near.removesuffix("_FILE")
            if setting not in self.values:
                remedy = f"name it {near}, or take it away if it is another's"
                self._fault(setting, variable, f"is almost {near}, and is not read", remedy)
        return Given(
            self.values,
            self.origins,
            tuple(self.overruled),
            tuple(self.faults),
            frozenset(self.accounted),
            self.env_file,
        )

    def _sources(self, name: str) -> Iterator[tuple[str, Origin]]:
        """Yield each value that is given for a setting with where it is from, the one that counts first."""
        yield self._from_environment(name), IN_ENVIRONMENT
        if name in SECRETS:
            yield from self._from_secret_file(name, f"{name}_FILE")
        yield self._from_env_file(name), self._in_env_file(name)

    def _from_environment(self, name: str) -> str:
        value = os.environ.get(name)
        if value is None:
            return ""
        if not value and name in NEVER_EMPTY:
            self._fault(name, name, "is empty in the environment", "give it, or take the variable away")
        try:
            check_characters(value)
        except LineError as error:
            self._fault(name, name, f"in the environment it {error.rule}", error.remedy)
            return ""
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            remedy = "take them away where it is set (docker --env-file keeps them)"
            self._fault(name, name, "in the environment it has quotes around it, as part of it", remedy)
            return ""
        return value

    def _from_env_file(self, name: str) -> str:
        value = self.env_file.values.get(name)
        if value == "" and name in NEVER_EMPTY:
            remedy = "give it, or take the line away"
            self._fault(name, name, "is empty", remedy, self._in_env_file(name))
        return value or ""

    def _from_secret_file(self, name: str, variable: str) -> Iterator[tuple[str, Origin]]:
        in_env_file = self._from_env_file(variable)
        if in_env_file and self.env_file.values.get(name):
            rule = f"stands beside {name} (line {self.env_file.lines[name]})"
            self._fault(name, variable, rule, "take one of the two away", self._in_env_file(variable))
        in_environment = self._from_environment(variable)
        path = in_environment or in_env_file
        if not path:
            return
        named_by = IN_ENVIRONMENT if in_environment else self._in_env_file(variable)
        try:
            value = read_secret(Path(path), may_be_empty=name in MAY_BE_NONE)
            yield value, Origin(absolute(path), variable=variable)
        except OSError as error:
            reason = explain(error, path)
            rule = f"{path} cannot be read ({reason.message})"
            self._fault(name, variable, rule, reason.what_to_do, named_by)
        except LineError as error:
            self._fault(name, variable, f"{path} cannot be read (it {error.rule})", error.remedy, named_by)

    def _in_env_file(self, name: str) -> Origin:
        return Origin(self.env_file.path, self.env_file.lines.get(name))

    def _fault(
        self, name: str, variable: str, rule: str, remedy: str, origin: Origin = IN_ENVIRONMENT
    ) -> None:
        """Note a fault of a variable; the setting that it gives is then accounted for."""
        self.faults.append(Fault(origin.source, rule, remedy, (variable,), line=origin.line))
        self.accounted |= {name, name.removesuffix("_FILE")}


def read_secret(path: Path, *, may_be_empty: bool = False) -> str:
    """Return the one line of a file of a secret, without the white space around it.

    Raises:
        OSError: the file cannot be read.
        LineError: it is empty, or no single line of text.
    """
    with path.open("rb") as file:
        content = file.read(MAX_SECRET + 1)
    if len(content) > MAX_SECRET:
        raise LineError(f"is larger than {MAX_SECRET} bytes", "check that it is the file you mean")
    value = content.decode("utf-8", "surrogateescape").removeprefix(BYTE_ORDER_MARK).strip()
    if not value and not may_be_empty:
        raise LineError("is empty", "write the secret into it")
    if "\n" in value or "\r" in value:
        raise LineError(
            "has more than one line", "leave the secret alone in it; several keys go between commas"
        )
    check_characters(value)
    return value


def _near_misses(environment: Mapping[str, str], names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the variables of the process that are all but a setting, each with that setting.

    Variables of others are normal here, so one typing error is the most, and common names do not count.
    """
    for variable, value in environment.items():
        near = meant(variable, names, most_errors=1) if value else None
        if near and near not in COMMON_NAMES and variable.isprintable():
            yield variable, near
