"""The environment, read once at start: every setting typed, every fault told at once."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

SHORTEST_SECRET_KEY: Final = 32
PLATFORM_ACCEPTS_FOR: Final = 300
"""Seconds after its date within which the platform may still accept a request (platform contract)."""

SECRETS: Final = frozenset(
    {"secret_key", "secret_key_fallbacks", "database_url", "platform_key", "platform_secret"}
)
"""The settings that can also be given as ``NAME_FILE``, the path of a file that holds the value."""


class SettingsError(Exception):
    """One or more settings are wrong or missing; the message names every fault, a line each."""


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


def _secret_file(name: str) -> Path | None:
    path = os.environ.get(f"{name.upper()}_FILE")
    return Path(path) if path and name in SECRETS else None


class _SecretFiles(PydanticBaseSettingsSource):
    """Reads ``NAME_FILE`` for each secret, as containers and systemd hand secrets over."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        del field
        path = _secret_file(field_name)
        try:
            value = path.read_text(encoding="utf-8").strip() if path else None
        except (OSError, UnicodeDecodeError):
            value = None  # read_settings tells of it, together with every other fault
        return value, field_name, False

    def __call__(self) -> dict[str, Any]:
        values = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in values.items() if value is not None}


class Settings(BaseSettings):
    """Everything that the environment says; documented in ``docs/configuration.md`` and ``.env.example``."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    secret_key: SecretStr
    secret_key_fallbacks: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split)] = ()
    database_url: SecretStr = SecretStr("sqlite:///var/leadform.db")
    platform_url: str
    platform_key: SecretStr
    platform_secret: SecretStr
    forms_file: Path = Path("forms.toml")
    default_form: str | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    web_concurrency: Annotated[int, Field(ge=1, le=256)] = min(4, os.cpu_count() or 1)
    public_url: str | None = None
    trusted_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = ()
    proxy_hops: Annotated[int, Field(ge=0, le=10)] = 0
    delivery_concurrency: Annotated[int, Field(ge=1, le=64)] = 8
    delivery_timeout: Annotated[float, Field(gt=0, le=240)] = 30
    delivery_retry_base: Annotated[float, Field(gt=0, le=3600)] = 5
    delivery_unclear_wait: Annotated[float, Field(gt=0)] = 330
    delivery_lease: Annotated[float, Field(gt=0)] = 120
    delivery_give_up_after: Annotated[float, Field(gt=0)] = 14
    log_format: Literal["console", "json"] | None = None
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value),
    ] = "info"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over files of secrets, and those over ``.env``."""
        del file_secret_settings
        return init_settings, env_settings, _SecretFiles(settings_cls), dotenv_settings

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < SHORTEST_SECRET_KEY:
            raise ValueError(
                f"must have at least {SHORTEST_SECRET_KEY} characters; make one with: "
                'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if url.startswith("postgres://"):
            url = "postgresql" + url.removeprefix("postgres")
        if not url.startswith(("sqlite:///", "postgresql://")) or url == "sqlite:///":
            raise ValueError("must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")
        return SecretStr(url)

    @field_validator("platform_url")
    @classmethod
    def _secure_address(cls, value: str) -> str:
        parts = urlsplit(value)
        secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(value))
        if not secure or not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError("must be https://HOST (or http:// to a loopback address), nothing behind it")
        return value.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "http://unset")
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an address such as https://forms.example.com")
        return value.rstrip("/") if value else None

    @model_validator(mode="after")
    def _combinations(self) -> Self:
        faults = []
        if self.delivery_lease <= self.delivery_timeout:
            faults.append(
                "DELIVERY_LEASE: must exceed DELIVERY_TIMEOUT "
                f"({self.delivery_timeout:g}), or a send could be claimed twice"
            )
        if self.delivery_unclear_wait < PLATFORM_ACCEPTS_FOR and not is_loopback(self.platform_url):
            faults.append(
                f"DELIVERY_UNCLEAR_WAIT: must be at least {PLATFORM_ACCEPTS_FOR}: until then the platform "
                "may still accept a request"
            )
        if faults:
            raise ValueError("\n  ".join(faults))
        return self


def read_settings() -> Settings:
    """Read the settings from the environment, files of secrets and ``.env``.

    Raises:
        SettingsError: naming every setting that is wrong or missing.
    """
    unreadable = _unreadable_secret_files()
    faults = list(unreadable.values())
    settings = None
    try:
        settings = Settings()
    except ValidationError as error:
        faults += [
            _fault(each["loc"], each["type"], each["msg"])
            for each in error.errors()
            if not (each["loc"] and each["loc"][0] in unreadable)
        ]
    if faults or settings is None:
        raise SettingsError("\n".join(faults))
    return settings


def _unreadable_secret_files() -> dict[str, str]:
    unreadable = {}
    for name in sorted(SECRETS):
        path = _secret_file(name)
        try:
            _ = path.read_text(encoding="utf-8") if path else None
        except (OSError, UnicodeDecodeError) as error:
            unreadable[name] = f"  {name.upper()}_FILE: {path} cannot be read ({error})"
    return unreadable


def _fault(place: tuple[int | str, ...], kind: str, message: str) -> str:
    message = message.removeprefix("Value error, ")
    if not place:
        return f"  {message}"
    name = str(place[0]).upper()
    return f"  {name}: is missing" if kind == "missing" else f"  {name}: {message[0].lower()}{message[1:]}"
