"""Reads ``.env``: one setting a line, exactly as written. What other programs read differently is refused.

``docs/configuration.md`` has the rules, ``docs/decisions/0020`` the reasons.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from webapp.faults import Fault
from webapp.files.path_faults import absolute, explain, shown
from webapp.settings.misspellings import closest_setting

ENV_FILE: Final = ".env"
MAX_ENV_FILE: Final = 1024 * 1024
"""Bytes; more than anybody writes by hand, so that an endless device is refused and not read for ever."""

SETTING: Final = re.compile(r"\s*(?:export\s+)?(?P<name>[^=\s]+)[ \t]*=[ \t]*(?P<value>.*?)[ \t]*", re.DOTALL)
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
QUOTED: Final = re.compile(
    r"""(?P<quote>["'])(?P<inner>(?:(?!(?P=quote)).)*)(?P=quote)(?:\s+#.*)?""", re.DOTALL
)
OTHER_QUOTED: Final = re.compile(r"""("(\\.|[^"\\])*"|'(\\.|[^'\\])*').*""", re.DOTALL)
QUOTES: Final = "\"'\u201c\u201d\u2018\u2019`"
BYTE_ORDER_MARK: Final = "\ufeff"


class LineError(Exception):
    """A line or a value breaks a rule. ``rule`` and ``remedy`` never quote it: it may be a secret."""

    def __init__(self, rule: str, remedy: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class EnvFile:
    """What was read from ``.env``: ``values`` and their ``lines`` by name, and its faults.

    ``affected`` are the settings that faulty lines were meant for, as far as can be told.
    """

    path: Path
    exists: bool = False
    is_readable: bool = True
    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    affected: set[str] = field(default_factory=set)

    @property
    def description(self) -> str:
        """The path of the file, or a sentence that it does not exist."""
        return (
            shown(self.path) if self.exists else f"there is no {self.path.name} in {shown(self.path.parent)}"
        )


def read_env_file(settings: Collection[str], path: Path | None = None) -> EnvFile:
    """Read the settings with these names from ``.env`` in the working directory, or from another file."""
    path = absolute(path or ENV_FILE)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_ENV_FILE + 1)
    except FileNotFoundError as error:
        if not path.is_symlink():
            return EnvFile(path)
        return _not_opened(error, path)
    except OSError as error:
        return _not_opened(error, path)
    if len(content) > MAX_ENV_FILE:
        return _unreadable(
            path, f"it is larger than {MAX_ENV_FILE} bytes", "check that it is the file you mean"
        )
    if content.count(0) > len(content) // 4 or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _unreadable(path, "it is UTF-16 or not text at all", "save it as UTF-8")
    found = EnvFile(path, exists=True)
    text = content.decode("utf-8", "surrogateescape").removeprefix(BYTE_ORDER_MARK)
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if line.strip(" \t") and not line.lstrip(" \t").startswith("#"):
            _read_line(found, number, line, settings)
    return found


def check_characters(value: str) -> None:
    """Check that every character of a value can be seen.

    Raises:
        LineError: one cannot.
    """
    for letter in value:
        if "\udc80" <= letter <= "\udcff":
            raise LineError("has a byte that is not UTF-8", "save it as UTF-8, or write the value in ASCII")
        if not letter.isprintable():
            raise LineError(f"has a character that cannot be seen (U+{ord(letter):04X})", "remove it")


def _not_opened(error: OSError, path: Path) -> EnvFile:
    reason = explain(error, path)
    return _unreadable(path, reason.message, reason.what_to_do)


def _unreadable(path: Path, reason: str, remedy: str) -> EnvFile:
    fault = Fault(path, f"cannot be read ({reason})", remedy)
    return EnvFile(path, exists=True, is_readable=False, faults=[fault])


def _read_line(found: EnvFile, number: int, line: str, settings: Collection[str]) -> None:
    """Add a line's value, or its fault, to what was found."""
    parts = SETTING.fullmatch(line)
    name = parts["name"] if parts else ""
    try:
        if name in settings and parts:
            _check_first(name, found.lines)
            found.values[name] = _value(parts["value"])
            found.lines[name] = number
        else:
            _check_other_line(line, parts, settings)
    except LineError as error:
        setting = name if name in settings else _intended_setting(line, name, settings)
        key = name if setting and NAME.fullmatch(name) else setting
        path = (key,) if key else ()
        found.faults.append(Fault(found.path, error.rule, error.remedy, path, line=number))
        if setting:
            found.affected.add(setting)


def _check_first(name: str, lines: dict[str, int]) -> None:
    if name in lines:
        raise LineError(f"is in line {lines[name]} already", "remove one of the two")


def _check_other_line(line: str, parts: re.Match[str] | None, settings: Collection[str]) -> None:
    """Check that a line without a setting can be read, and was not meant for a setting.

    Raises:
        LineError: it cannot be read, or was.
    """
    check_characters((line.partition("=")[0]).replace("\t", " "))
    name = parts["name"] if parts else ""
    if name and not name.isascii():
        raise LineError("its name has a letter that only looks like one of A to Z", "type the name again")
    if parts is None or not NAME.fullmatch(name):
        raise LineError("this line is not NAME=value", "write it like that, on one line, or put # before it")
    if near := closest_setting(name, settings):
        raise LineError(
            f"is almost {near}, and would not be read", f"write {near}, or choose a less similar name"
        )
    if parts["value"][:1] in {'"', "'"} and not OTHER_QUOTED.fullmatch(parts["value"]):
        raise LineError("a quote is not closed at the end of its line", "close it there")


def _intended_setting(line: str, name: str, settings: Collection[str]) -> str | None:
    """Return the setting that a malformed line is about, if there is one."""
    if near := closest_setting(name, settings):
        return near
    if NAME.fullmatch(name):
        return None
    words = re.findall(r"[\w.-]+", line)[:2]  # perhaps after export, or another shell's set
    meanings = (word if word in settings else closest_setting(word, settings) for word in words)
    return next((setting for setting in meanings if setting), None)


def _value(written: str) -> str:
    """Return the value of a setting.

    Raises:
        LineError: it is not clear what the value is.
    """
    quoted = QUOTED.fullmatch(written)
    value = quoted["inner"] if quoted else written
    check_characters(value)
    faults = _ambiguities(value, quoted["quote"]) if quoted else _quote_errors(value)
    for fault in faults:
        raise fault
    return value


def _quote_errors(value: str) -> Iterator[LineError]:
    if value[:1] in {'"', "'"}:
        yield LineError(
            "the quote is not closed at the end of its line",
            "close it there; put a value that contains this quote into the other kind",
        )
    if value and (value[0] in QUOTES or value[-1] in QUOTES):
        yield LineError(
            "a quote is at one end of the value only, or is of a kind that does not count here",
            "put the value into ' or \", or remove the quote",
        )
    yield from _ambiguities(value, "")


def _ambiguities(value: str, quote: str) -> Iterator[LineError]:
    """Yield why another program, or whoever wrote it, may read a value differently."""
    if not quote and re.search(r"(^|\s)#", value):
        yield LineError(
            "a # begins a comment for some programs and is part of the value for others",
            "put the value into quotes, or the comment on its own line",
        )
    if not quote and value.endswith("\\"):
        yield LineError("a backslash at the end of a line continues it for some programs", "remove it")
    if quote != "'" and "${" in value:
        yield LineError(
            "${ is not replaced by anything",
            "write the value itself, or put it into ' if that is the value",
        )
    if quote == '"' and "\\" in value:
        yield LineError(
            'a backslash between " starts an escape for some programs', "put the value into ' instead"
        )
