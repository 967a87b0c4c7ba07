"""The settings of a command, and how one ends that cannot run as it is configured."""

from __future__ import annotations

from typing import Final

import click

from webapp.settings.model import Settings, SettingsError, read_settings, where_read

MISCONFIGURED: Final = 2


class Misconfigured(click.ClickException):
    """The service cannot start as it is configured."""

    exit_code = MISCONFIGURED


def settings_alone() -> Settings:
    """Return the settings, for a command that needs no forms, or end it with every fault named."""
    try:
        return read_settings()
    except SettingsError as error:
        raise Misconfigured(f"The settings are not right{where_read(error)}:\n{error}") from error
