"""Secrets from files: ``NAME_FILE`` beside ``NAME``, as containers and systemd hand secrets over."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from dotenv import dotenv_values
from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

ENV_FILE: Final = ".env"

SECRETS: Final = frozenset(
    {"secret_key", "secret_key_fallbacks", "database_url", "platform_key", "platform_secret"}
)
"""The settings that can also be given as ``NAME_FILE``, the path of a file that holds the value."""


class SecretFiles(PydanticBaseSettingsSource):
    """Reads the files; one that cannot be read is left to ``unreadable_secret_files``."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the content of a setting's file, without the white space around it."""
        del field
        path = _secret_file(field_name)
        try:
            value = path.read_text(encoding="utf-8").strip() if path else None
        except (OSError, UnicodeDecodeError):
            value = None
        return value, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the settings that are given by files."""
        values = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in values.items() if value is not None}


def unreadable_secret_files() -> dict[str, str]:
    """Return a line for each setting whose file cannot be read."""
    unreadable = {}
    for name in sorted(SECRETS):
        path = _secret_file(name)
        try:
            _ = path.read_text(encoding="utf-8") if path else None
        except (OSError, UnicodeDecodeError) as error:
            unreadable[name] = f"  {name.upper()}_FILE: {path} cannot be read ({error})"
    return unreadable


def named_in_environment(variable: str) -> str | None:
    """Return what the environment, or else ``.env``, says of a variable."""
    return os.environ.get(variable) or dotenv_values(ENV_FILE).get(variable)


def _secret_file(name: str) -> Path | None:
    path = named_in_environment(f"{name.upper()}_FILE") if name in SECRETS else None
    return Path(path) if path else None
