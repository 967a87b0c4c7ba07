"""The environment, read once at start: every setting typed, every fault told at once."""

from __future__ import annotations

import os
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from webapp.secret_files import ENV_FILE, SecretFiles, named_in_environment, unreadable_secret_files

SHORTEST_SECRET_KEY: Final = 32
PLATFORM_ACCEPTS_FOR: Final = 300
"""Seconds after its date within which the platform may still accept a request (platform contract)."""


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


def _has_host_and_port(url: str) -> bool:
    return bool(urlsplit(url).hostname) and _has_port_if_any(url)


def _has_port_if_any(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _is_read_by_libpq(url: str) -> bool:
    """Say whether a URL names one server of PostgreSQL, or several, with parameters that libpq knows."""
    try:
        parameters = conninfo_to_dict(url) if url.startswith("postgresql://") else {}
    except ProgrammingError:
        return False
    ports = str(parameters.get("port", "")).split(",")
    are_ports = all(not port or (port.isdecimal() and 0 < int(port) < 65536) for port in ports)  # noqa: PLR2004
    # Of a parameter that is there twice libpq would take the last one without a word.
    names = [part.partition("=")[0] for part in url.partition("?")[2].split("&")]
    return bool(parameters) and are_ports and len(names) == len(set(names))


class Settings(BaseSettings):
    """Everything that the environment says; documented in ``docs/configuration.md`` and ``.env.example``."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
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
    delivery_unclear_wait: Annotated[float, Field(gt=0, le=86_400)] = 330
    delivery_lease: Annotated[float, Field(gt=0, le=86_400)] = 120
    delivery_give_up_after: Annotated[float, Field(gt=0, le=3650)] = 14
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
        return init_settings, env_settings, SecretFiles(settings_cls), dotenv_settings

    @field_validator("secret_key", "secret_key_fallbacks")
    @classmethod
    def _long_enough(cls, value: SecretStr | tuple[SecretStr, ...]) -> SecretStr | tuple[SecretStr, ...]:
        keys = value if isinstance(value, tuple) else (value,)
        if any(len(key.get_secret_value()) < SHORTEST_SECRET_KEY for key in keys):
            raise ValueError(
                f"must have at least {SHORTEST_SECRET_KEY} characters; make one with: "
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
        url = value.get_secret_value()
        if url.startswith("postgres://"):
            url = "postgresql" + url.removeprefix("postgres")
        is_file = url.startswith("sqlite:///") and url not in {"sqlite:///", "sqlite:///:memory:"}
        if not is_file and not _is_read_by_libpq(url):
            raise ValueError(
                "must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME, "
                "with / and % in the password written as %2F and %25"
            )
        return SecretStr(url)

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


def read_settings() -> Settings:
    """Read the settings from the environment, files of secrets and ``.env``.

    Raises:
        SettingsError: naming every setting that is wrong or missing.
    """
    try:
        named_in_environment("FORMS_FILE")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"  {ENV_FILE}: cannot be read ({error})") from error
    unreadable = unreadable_secret_files()
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


def _fault(place: tuple[int | str, ...], kind: str, message: str) -> str:
    message = message.removeprefix("Value error, ")
    if not place:
        return f"  {message}"
    name = str(place[0]).upper()
    return f"  {name}: is missing" if kind == "missing" else f"  {name}: {message[0].lower()}{message[1:]}"


def forms_file() -> Path:
    """Return where the forms file is, also when other settings are wrong."""
    return Path(named_in_environment("FORMS_FILE") or Settings.model_fields["forms_file"].default)
