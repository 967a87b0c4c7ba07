"""The environment, read once at start: every setting typed, every fault told at once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from webapp.settings.database_url import checked_database_url
from webapp.settings.environment import Given, read_environment
from webapp.settings.setting_fault import SettingFault

MIN_SECRET_KEY: Final = 32
PLATFORM_ACCEPTS_FOR: Final = 300
"""Seconds after its date within which the platform may still accept a request (platform contract)."""


class SettingsError(Exception):
    """One or more settings are wrong or missing; the message names every fault, a line each.

    ``given`` is what was read, as far as it could be.
    """

    def __init__(self, faults: Iterable[SettingFault], given: Given) -> None:
        self.faults = tuple(faults)
        self.given = given
        super().__init__("\n".join(f"  {fault}" for fault in self.faults))


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def is_loopback(url: str) -> bool:
    """Say whether a URL's host is this machine and no other."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _has_host_and_port(url: str) -> bool:
    return bool(urlsplit(url).hostname) and _has_port_if_any(url)


def _has_port_if_any(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


class Settings(BaseModel):
    """Everything that the environment says; documented in ``README.md`` and ``.env.example``."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    secret_key: SecretStr
    secret_key_fallbacks: Annotated[tuple[SecretStr, ...], BeforeValidator(_split)] = ()
    database_url: SecretStr = SecretStr("sqlite:///var/leadform.db")
    platform_url: str
    platform_key: SecretStr
    platform_secret: SecretStr
    forms_file: Path = Path("forms.toml")
    default_form: str | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    web_concurrency: Annotated[int, Field(ge=1, le=256)] = min(4, os.cpu_count() or 1)
    public_url: str | None = None
    trusted_hosts: Annotated[tuple[str, ...], BeforeValidator(_split)] = ()
    proxy_hops: Annotated[int, Field(ge=0, le=10)] = 0
    delivery_concurrency: Annotated[int, Field(ge=1, le=64)] = 8
    delivery_timeout: Annotated[float, Field(gt=0, le=240)] = 30
    delivery_retry_base: Annotated[float, Field(gt=0, le=3600)] = 5
    delivery_unclear_wait: Annotated[float, Field(gt=0, le=86_400)] = 330
    delivery_lease: Annotated[float, Field(gt=0, le=86_400)] = 120
    delivery_give_up_after: Annotated[float, Field(gt=0, le=3650)] = 14
    log_format: Literal["console", "json"] | None = None
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value),
    ] = "info"

    @field_validator("secret_key", "secret_key_fallbacks")
    @classmethod
    def _long_enough(cls, value: SecretStr | tuple[SecretStr, ...]) -> SecretStr | tuple[SecretStr, ...]:
        keys = value if isinstance(value, tuple) else (value,)
        if any(len(key.get_secret_value()) < MIN_SECRET_KEY for key in keys):
            raise ValueError(
                f"must have at least {MIN_SECRET_KEY} characters; make one with: "
                'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        return value

    @field_validator("platform_key", "platform_secret")
    @classmethod
    def _fits_a_header(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value()
        if not re.fullmatch(r"[!-~]+", secret):
            raise ValueError("must be visible ASCII characters without spaces, as the platform issued it")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        return SecretStr(checked_database_url(value.get_secret_value()))

    @field_validator("platform_url")
    @classmethod
    def _secure_address(cls, value: str) -> str:
        parts = urlsplit(value)
        secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(value))
        bare = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
        if not secure or not bare or not _has_host_and_port(value):
            raise ValueError("must be https://HOST (or http:// to a loopback address), nothing behind it")
        return value.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "http://unset")
        is_web = parts.scheme in {"http", "https"} and _has_host_and_port(value or "http://unset")
        if not is_web or parts.query or parts.fragment:
            raise ValueError("must be an address such as https://forms.example.com")
        return value.rstrip("/") if value else None

    @field_validator("delivery_unclear_wait")
    @classmethod
    def _past_the_fence(cls, value: float, info: ValidationInfo) -> float:
        if value < PLATFORM_ACCEPTS_FOR and not is_loopback(info.data.get("platform_url", "")):
            raise ValueError(
                f"must be at least {PLATFORM_ACCEPTS_FOR}: until then the platform may still accept a request"
            )
        return value

    @field_validator("delivery_lease")
    @classmethod
    def _outlasts_a_send(cls, value: float, info: ValidationInfo) -> float:
        timeout = info.data.get("delivery_timeout", 0)
        if value <= timeout:
            raise ValueError(
                f"must exceed DELIVERY_TIMEOUT ({timeout:g}), or a send could be claimed a second time"
            )
        return value


NAMES: Final = tuple(name.upper() for name in Settings.model_fields)


def where_read(error: SettingsError) -> str:
    """Say which ``.env`` was read besides the environment, where that may be the reason."""
    env_file = error.given.env_file
    if env_file.is_there:
        return f" ({env_file.told} was read)" if env_file.is_readable else ""
    is_missing = any(fault.message == "is missing" for fault in error.faults)
    return f" ({env_file.told})" if is_missing else ""


def read_settings() -> Settings:
    """Read the settings from the environment, files of secrets and ``.env``.

    Raises:
        SettingsError: naming every setting that is wrong or missing.
    """
    return read_settings_and_origins()[0]


def read_settings_and_origins() -> tuple[Settings, Given]:
    """Read the settings, and return them with where each is from.

    Raises:
        SettingsError: naming every setting that is wrong or missing.
    """
    given = read_environment(NAMES)
    faults = list(given.faults)
    settings = None
    try:
        settings = Settings.model_validate({name.lower(): value for name, value in given.values.items()})
    except ValidationError as error:
        faults += [
            _fault(fault["loc"], fault["type"], fault["msg"])
            for fault in error.errors()
            if not (fault["loc"] and str(fault["loc"][0]).upper() in given.accounted)
        ]
    if faults or settings is None:
        raise SettingsError(faults, given)
    return settings, given


def _fault(place: tuple[int | str, ...], kind: str, message: str) -> SettingFault:
    message = message.removeprefix("Value error, ")
    if kind == "missing":
        return SettingFault(str(place[0]).upper(), "is missing")
    return SettingFault(str(place[0]).upper(), f"{message[0].lower()}{message[1:]}")


def forms_file(given: Given) -> Path | None:
    """Return where the forms file is though other settings are wrong, or None where that cannot be seen."""
    named = given.values.get("FORMS_FILE")
    if named is None and (given.accounted & {"FORMS_FILE"} or not given.env_file.is_readable):
        return None
    return Path(named or Settings.model_fields["forms_file"].default)
