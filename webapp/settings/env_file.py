"""Reads ``.env``: a setting a line, taken as it is written; what other programs read otherwise is refused.

``docs/configuration.md`` says what is taken, ``docs/decisions/0020`` why.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from webapp.faults import Fault
from webapp.files.path_faults import absolute, explain, shown
from webapp.settings.near_names import meant

ENV_FILE: Final = ".env"
LARGEST: Final = 1024 * 1024
"""Bytes; more than any person writes, so that a device that never ends is told and not read for ever."""

SETTING: Final = re.compile(r"\s*(?:export\s+)?(?P<name>[^=\s]+)[ \t]*=[ \t]*(?P<value>.*?)[ \t]*", re.DOTALL)
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
QUOTED: Final = re.compile(
    r"""(?P<quote>["'])(?P<inner>(?:(?!(?P=quote)).)*)(?P=quote)(?:\s+#.*)?""", re.DOTALL
)
FOREIGN_QUOTED: Final = re.compile(r"""("(\\.|[^"\\])*"|'(\\.|[^'\\])*').*""", re.DOTALL)
QUOTES: Final = "\"'\u201c\u201d\u2018\u2019`"
BYTE_ORDER_MARK: Final = "\ufeff"


class LineError(Exception):
    """A line or a value cannot be used: which rule it breaks, and the remedy, without a word of the line."""

    def __init__(self, rule: str, remedy: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class EnvFile:
    """What ``.env`` says: ``values`` and their ``lines`` by name, and what is wrong with it.

    ``spoilt`` are the settings that a faulty line was meant for, as far as that can be seen.
    """

    path: Path
    is_there: bool = False
    is_readable: bool = True
    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    spoilt: set[str] = field(default_factory=set)

    @property
    def told(self) -> str:
        """Say which file it is, or that there is none."""
        return (
            shown(self.path)
            if self.is_there
            else f"there is no {self.path.name} in {shown(self.path.parent)}"
        )


def read_env_file(settings: Collection[str], path: Path | None = None) -> EnvFile:
    """Read ``.env`` of the working directory, or another file, for the settings of these names."""
    path = absolute(path or ENV_FILE)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        if not path.is_symlink():
            return EnvFile(path)
        return _refused(error, path)
    except OSError as error:
        return _refused(error, path)
    if len(content) > LARGEST:
        return _unreadable(path, f"it is larger than {LARGEST} bytes", "check that it is the file you mean")
    if content.count(0) > len(content) // 4 or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _unreadable(path, "it is UTF-16 or no text at all", "save it as UTF-8")
    found = EnvFile(path, is_there=True)
    text = content.decode("utf-8", "surrogateescape").removeprefix(BYTE_ORDER_MARK)
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if line.strip(" \t") and not line.lstrip(" \t").startswith("#"):
            _take(found, number, line, settings)
    return found


def check_characters(value: str) -> None:
    """Check that a value has nothing that cannot be seen.

    Raises:
        LineError: it has.
    """
    for letter in value:
        if "\udc80" <= letter <= "\udcff":
            raise LineError("has a byte that is not UTF-8", "save it as UTF-8, or write the value in ASCII")
        if not letter.isprintable():
            raise LineError(f"has a character that cannot be seen (U+{ord(letter):04X})", "take it out")


def _refused(error: OSError, path: Path) -> EnvFile:
    reason = explain(error, path)
    return _unreadable(path, reason.message, reason.what_to_do)


def _unreadable(path: Path, reason: str, remedy: str) -> EnvFile:
    fault = Fault(path, f"cannot be read ({reason})", remedy)
    return EnvFile(path, is_there=True, is_readable=False, faults=[fault])


def _take(found: EnvFile, number: int, line: str, settings: Collection[str]) -> None:
    """Add what a line says to what was found."""
    parts = SETTING.fullmatch(line)
    name = parts["name"] if parts else ""
    try:
        if name in settings and parts:
            _check_first(name, found.lines)
            found.values[name] = _value(parts["value"])
            found.lines[name] = number
        else:
            _check_foreign(line, parts, settings)
    except LineError as error:
        setting = name if name in settings else _meant(line, name, settings)
        key = name if setting and NAME.fullmatch(name) else setting
        path = (key,) if key else ()
        found.faults.append(Fault(found.path, error.rule, error.remedy, path, line=number))
        if setting:
            found.spoilt.add(setting)


def _check_first(name: str, lines: dict[str, int]) -> None:
    if name in lines:
        raise LineError(f"stands in line {lines[name]} already", "take one of the two away")


def _check_foreign(line: str, parts: re.Match[str] | None, settings: Collection[str]) -> None:
    """Check that a line that is none of our settings can be read, and was not meant for one.

    Raises:
        LineError: it cannot, or it was.
    """
    check_characters((line.partition("=")[0]).replace("\t", " "))
    name = parts["name"] if parts else ""
    if name and not name.isascii():
        raise LineError("its name has a letter that is none of A to Z", "type the name anew")
    if parts is None or not NAME.fullmatch(name):
        raise LineError("this line is no NAME=value", "write it so, on one line, or put # before it")
    if near := meant(name, settings):
        raise LineError(
            f"is almost {near}, and would not be read", f"write {near}, or give another's another name"
        )
    if parts["value"][:1] in {'"', "'"} and not FOREIGN_QUOTED.fullmatch(parts["value"]):
        raise LineError("a quote is not closed at the end of its line", "close it there")


def _meant(line: str, name: str, settings: Collection[str]) -> str | None:
    """Return the setting that a line is about, though it does not say so as it should."""
    if near := meant(name, settings):
        return near
    if NAME.fullmatch(name):
        return None
    words = re.findall(r"[\w.-]+", line)[:2]  # perhaps behind export, or another shell's set
    meanings = (word if word in settings else meant(word, settings) for word in words)
    return next((setting for setting in meanings if setting), None)


def _value(written: str) -> str:
    """Return the value of a setting.

    Raises:
        LineError: it is not clear what the value is.
    """
    quoted = QUOTED.fullmatch(written)
    value = quoted["inner"] if quoted else written
    check_characters(value)
    faults = _faults_of_meaning(value, quoted["quote"]) if quoted else _faults_of_quotes(value)
    for fault in faults:
        raise fault
    return value


def _faults_of_quotes(value: str) -> Iterator[LineError]:
    if value[:1] in {'"', "'"}:
        yield LineError(
            "the quote is not closed at the end of its line",
            "close it there; a value that has this quote itself goes into the other kind",
        )
    if value and (value[0] in QUOTES or value[-1] in QUOTES):
        yield LineError(
            "a quote stands at one end of the value, or is of a kind that is none here",
            "put the value into ' or \", or take the quote away",
        )
    yield from _faults_of_meaning(value, "")


def _faults_of_meaning(value: str, quote: str) -> Iterator[LineError]:
    """Yield why other programs, or the one who wrote it, may take a value for another."""
    if not quote and re.search(r"(^|\s)#", value):
        yield LineError(
            "a # begins a comment for some programs and is part of the value for others",
            "put the value into quotes, or the comment on a line of its own",
        )
    if not quote and value.endswith("\\"):
        yield LineError(
            "a backslash at the end of a line goes on with the next for some programs", "take it out"
        )
    if quote != "'" and "${" in value:
        yield LineError(
            "${ is not replaced by anything",
            "write the value itself, or put it into ' if it is meant as it is",
        )
    if quote == '"' and "\\" in value:
        yield LineError(
            'a backslash between " means another character to some programs', "put the value into ' instead"
        )
