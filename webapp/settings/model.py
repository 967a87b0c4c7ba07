"""The settings, read once at the start: typed and checked, with a sentence for every fault, all at once."""

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

from webapp.faults import Fault, FaultsError, Source
from webapp.files.path_faults import shown
from webapp.settings.database_url import normalize_database_url
from webapp.settings.environment import IN_ENVIRONMENT, RawSettings, read_environment

MIN_SECRET_KEY: Final = 32
IS_MISSING: Final = "is missing"
SETTINGS_PAGE: Final = "docs/configuration.md"
ACCEPTANCE_WINDOW: Final = 300
"""Seconds after its date within which the platform may still accept a request (platform contract)."""


class SettingsError(FaultsError):
    """Settings are wrong or missing; ``raw`` is what could be read of them."""

    def __init__(self, faults: Iterable[Fault], raw: RawSettings) -> None:
        super().__init__(faults)
        self.raw = raw

    @property
    def heading(self) -> str:
        """The line to put above the faults, with the ``.env`` that was read or looked for."""
        env_file = self.raw.env_file
        remark = ""
        if env_file.exists:
            remark = f" ({env_file.description} was read)" if env_file.is_readable else ""
        elif any(fault.rule == IS_MISSING for fault in self.faults):
            remark = f" ({env_file.description})"
        return f"The settings are not right{remark}:"


class SettingValueError(ValueError):
    """A value breaks a rule that has a remedy of its own."""

    def __init__(self, rule: str, remedy: str) -> None:
        super().__init__(rule)
        self.remedy = remedy


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
    """Every setting; documented in ``docs/configuration.md`` and ``.env.example``."""

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
            raise SettingValueError(
                f"must have at least {MIN_SECRET_KEY} characters",
                'make one with python3 -c "import secrets; print(secrets.token_urlsafe(48))"',
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
    def _database_address(cls, value: SecretStr) -> SecretStr:
        return SecretStr(normalize_database_url(value.get_secret_value()))

    @field_validator("platform_url")
    @classmethod
    def _secure_address(cls, value: str) -> str:
        parts = urlsplit(value)
        secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(value))
        bare = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
        if not secure or not bare or not _has_host_and_port(value):
            raise ValueError("must be https://HOST (or http:// to a loopback address), with nothing after it")
        return value.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _public_address(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "http://unset")
        is_web = parts.scheme in {"http", "https"} and _has_host_and_port(value or "http://unset")
        if not is_web or parts.query or parts.fragment:
            raise ValueError("must be an address such as https://forms.example.com")
        return value.rstrip("/") if value else None

    @field_validator("delivery_unclear_wait")
    @classmethod
    def _outlasts_acceptance(cls, value: float, info: ValidationInfo) -> float:
        if value < ACCEPTANCE_WINDOW and not is_loopback(info.data.get("platform_url", "")):
            raise ValueError(
                f"must be at least {ACCEPTANCE_WINDOW}: until then the platform may still accept a request"
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


def read_settings() -> Settings:
    """Read the settings from the environment, files of secrets and ``.env``.

    Raises:
        SettingsError: naming every setting that is wrong or missing.
    """
    return read_settings_with_origins()[0]


def read_settings_with_origins() -> tuple[Settings, RawSettings]:
    """Read the settings, and return them with where each is from.

    Raises:
        SettingsError: naming every setting that is wrong or missing.
    """
    raw = read_environment(NAMES)
    faults = list(raw.faults)
    settings = None
    try:
        settings = Settings.model_validate({name.lower(): value for name, value in raw.values.items()})
    except ValidationError as error:
        for fault in error.errors():
            name = str(fault["loc"][0]).upper()
            if name not in raw.reported:
                is_missing = fault["type"] == "missing"
                reason = fault.get("ctx", {}).get("error") or fault["msg"]
                faults.append(_missing(name, raw) if is_missing else _wrong(name, reason, raw))
    if faults or settings is None:
        raise SettingsError(faults, raw)
    return settings, raw


def _missing(name: str, raw: RawSettings) -> Fault:
    file = raw.env_file
    remedy = f"set {name} in the environment or in {'' if file.exists else 'a new file '}{shown(file.path)}"
    return Fault(Source.ENVIRONMENT, IS_MISSING, remedy, (name,))


def _wrong(name: str, reason: ValueError | str, raw: RawSettings) -> Fault:
    origin = raw.origins.get(name, IN_ENVIRONMENT)
    rule = str(reason).replace("Input should", "must", 1)  # pydantic's own rules
    where = "there" if isinstance(origin.source, Path) else f"in the {origin.source}"
    usual = f"change it {where}; {SETTINGS_PAGE} says what it may be"
    remedy = reason.remedy if isinstance(reason, SettingValueError) else usual
    return Fault(origin.source, rule[0].lower() + rule[1:], remedy, (name,), line=origin.line)


def find_forms_file(raw: RawSettings) -> Path | None:
    """Return the path of the forms file even if other settings are wrong; None when it cannot be known."""
    named = raw.values.get("FORMS_FILE")
    if named is None and (raw.reported & {"FORMS_FILE"} or not raw.env_file.is_readable):
        return None
    return Path(named or Settings.model_fields["forms_file"].default)
