"""Reads the raw settings, once: environment variables, the secret files that they name, and ``.env``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from webapp.faults import Fault, Source
from webapp.files.path_faults import absolute, explain, shown
from webapp.settings.env_file import BYTE_ORDER_MARK, EnvFile, LineError, check_characters, read_env_file
from webapp.settings.misspellings import closest_setting

SECRETS: Final = frozenset(
    {"SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_URL", "PLATFORM_KEY", "PLATFORM_SECRET"}
)
"""The settings that can also be given as ``NAME_FILE``, the path of a file that holds the value."""

NEVER_EMPTY: Final = frozenset({"DATABASE_URL", "DATABASE_URL_FILE"})
"""Without a value, leadform would use a different database from the one that was meant."""

MAY_BE_EMPTY: Final = frozenset({"SECRET_KEY_FALLBACKS"})

COMMON_NAMES: Final = frozenset({"PORT", "LOG_LEVEL", "LOG_FORMAT", "DEFAULT_FORM"})
"""Names so common that a similar one in the environment need not be meant for leadform."""

MAX_SECRET: Final = 64 * 1024
"""Bytes of a secret's file."""


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
class RawSettings:
    """The settings as texts, before they are checked.

    Attributes:
        values: by name.
        origins: where each value came from, by name.
        overridden: a sentence for each value that a different one overrides.
        faults: what is wrong with the sources themselves.
        reported: the settings that one of the faults is about; they need not be reported as missing.
        env_file: what was read from ``.env``.
    """

    values: dict[str, str]
    origins: dict[str, Origin]
    overridden: tuple[str, ...]
    faults: tuple[Fault, ...]
    reported: frozenset[str]
    env_file: EnvFile


def read_environment(names: Iterable[str]) -> RawSettings:
    """Read the settings with these names from every source.

    The environment comes before a secret's file, and that before ``.env``.
    """
    return _EnvironmentReader(tuple(names)).read()


class _EnvironmentReader:
    """Reads the environment, and every file that it names, once."""

    def __init__(self, settings: tuple[str, ...]) -> None:
        self.settings = settings
        self.variables = (*settings, *(f"{name}_FILE" for name in settings if name in SECRETS))
        self.env_file = read_env_file(self.variables)
        self.faults: list[Fault] = list(self.env_file.faults)
        affected = self.env_file.affected if self.env_file.is_readable else set(settings)
        self.reported = affected | {name.removesuffix("_FILE") for name in affected}
        self.values: dict[str, str] = {}
        self.origins: dict[str, Origin] = {}
        self.overridden: list[str] = []

    def read(self) -> RawSettings:
        """Return what the sources say."""
        for name in self.settings:
            found = [source for source in self._sources(name) if source[0]]
            if found:
                self.values[name], self.origins[name] = found[0]
                self.overridden += [
                    f"{name} is as {found[0][1]} says; {origin} says otherwise, which is not used"
                    for value, origin in found[1:]
                    if value != found[0][0]
                ]
        for variable, near in _near_misses(os.environ, self.variables):
            setting = near if near in self.settings else near.removesuffix("_FILE")
            if setting not in self.values:
                remedy = f"name it {near}, or remove it if it belongs to another program"
                self._fault(setting, variable, f"is almost {near}, and is not read", remedy)
        return RawSettings(
            self.values,
            self.origins,
            tuple(self.overridden),
            tuple(self.faults),
            frozenset(self.reported),
            self.env_file,
        )

    def _sources(self, name: str) -> Iterator[tuple[str, Origin]]:
        """Yield the values that the sources have for a setting, with their origins; the first one counts."""
        yield self._from_environment(name), IN_ENVIRONMENT
        if name in SECRETS:
            yield from self._from_secret_file(name, f"{name}_FILE")
        yield self._from_env_file(name), self._in_env_file(name)

    def _from_environment(self, name: str) -> str:
        value = os.environ.get(name)
        if value is None:
            return ""
        if not value and name in NEVER_EMPTY:
            self._fault(name, name, "is empty in the environment", "give it a value, or remove the variable")
        try:
            check_characters(value)
        except LineError as error:
            self._fault(name, name, f"in the environment it {error.rule}", error.remedy)
            return ""
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            remedy = "remove them where it is set (docker --env-file keeps them)"
            self._fault(
                name, name, "in the environment it has quotes around it, as part of the value", remedy
            )
            return ""
        return value

    def _from_env_file(self, name: str) -> str:
        value = self.env_file.values.get(name)
        if value == "" and name in NEVER_EMPTY:
            remedy = "give it a value, or remove the line"
            self._fault(name, name, "is empty", remedy, self._in_env_file(name))
        return value or ""

    def _from_secret_file(self, name: str, variable: str) -> Iterator[tuple[str, Origin]]:
        in_env_file = self._from_env_file(variable)
        if in_env_file and self.env_file.values.get(name):
            rule = f"is given as well as {name} (line {self.env_file.lines[name]})"
            self._fault(name, variable, rule, "remove one of the two", self._in_env_file(variable))
        in_environment = self._from_environment(variable)
        path = in_environment or in_env_file
        if not path:
            return
        named_by = IN_ENVIRONMENT if in_environment else self._in_env_file(variable)
        try:
            value = read_secret(Path(path), may_be_empty=name in MAY_BE_EMPTY)
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
        """Add a fault of a variable, and note that the setting with this name is reported."""
        self.faults.append(Fault(origin.source, rule, remedy, (variable,), line=origin.line))
        self.reported |= {name, name.removesuffix("_FILE")}


def read_secret(path: Path, *, may_be_empty: bool = False) -> str:
    """Return the one line of a secret's file, without the white space around it.

    Raises:
        OSError: the file cannot be read.
        LineError: it is empty, or not a single line of text.
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
            "has more than one line", "keep only the secret in it; separate several keys by commas"
        )
    check_characters(value)
    return value


def _near_misses(environment: Mapping[str, str], names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the environment variables that are almost a setting, each with that setting.

    Variables of other programs are normal here, so only one typing error counts, and none in common names.
    """
    for variable, value in environment.items():
        near = closest_setting(variable, names, max_errors=1) if value else None
        if near and near not in COMMON_NAMES and variable.isprintable():
            yield variable, near
