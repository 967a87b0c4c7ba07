"""How a command ends by faults, and the settings of one that needs no forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import IO, Any, Final, Self

import click

from webapp.commands.json_lines import json_line
from webapp.faults import ConfigurationError, Fault
from webapp.settings.model import Settings, SettingsError, read_settings

MISCONFIGURED: Final = 2

IN_FORMS_FILE: Final = "put it right in the forms file; docs/forms.md says what a form may hold"


class CommandFault(click.ClickException):
    """Ends a command by faults, on standard error: in sentences, or as records where it has ``--json``."""

    def __init__(self, message: str, faults: Iterable[Fault] = ()) -> None:
        super().__init__(message)
        self._faults = tuple(faults)
        context = click.get_current_context(silent=True)
        self._as_json = context is not None and bool(context.params.get("as_json"))

    @classmethod
    def of(cls, fault: Fault) -> Self:
        """Return the end of a command by one fault."""
        sentence = str(fault)
        return cls(f"{sentence[0].upper()}{sentence[1:]}", [fault])

    def show(self, file: IO[Any] | None = None) -> None:
        """Write it to standard error, or to another file."""
        if not self._as_json or not self._faults:
            super().show(file)
            return
        for fault in self._faults:
            click.echo(json_line(with_remedy(fault).as_record()), file=file, err=file is None)


class Misconfigured(CommandFault):
    """The service cannot start as it is configured."""

    exit_code = MISCONFIGURED

    @classmethod
    def by(cls, error: ConfigurationError) -> Self:
        """Return the end of a command by every fault of the configuration."""
        return cls(str(error), error.faults)


def with_remedy(fault: Fault) -> Fault:
    """Return a fault that says what to do, where only its rule says so yet."""
    return fault if fault.remedy else replace(fault, remedy=IN_FORMS_FILE)


def settings_alone() -> Settings:
    """Return the settings without the forms, or end the command with every fault named."""
    try:
        return read_settings()
    except SettingsError as error:
        raise Misconfigured.by(ConfigurationError(error)) from error
