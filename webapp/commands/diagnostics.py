"""The checks of ``leadform check``, one result after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from webapp.commands.command_faults import with_remedy
from webapp.commands.database import make_database, remedy
from webapp.commands.platform_client import make_client
from webapp.configuration import mismatches
from webapp.enquiry import utc_now
from webapp.faults import Fault, Source
from webapp.files.path_faults import get_owner
from webapp.formfile.last_good import UnusableCopyError
from webapp.formfile.reader import Forms, FormsFileError, read_forms
from webapp.forms.account_check import account_errors, count_ids
from webapp.outbox.database import StoreUnavailableError
from webapp.outbox.migrations import is_up_to_date
from webapp.platform.account_lists import read_account
from webapp.platform.client import PlatformClient
from webapp.platform.error_codes import DATE_OUTSIDE_FIVE_MINUTES
from webapp.platform.errors import AccountRejected, PlatformError
from webapp.running_configuration import last_good_forms
from webapp.settings.database_url import describe_database
from webapp.settings.environment import RawSettings
from webapp.settings.model import Settings, SettingsError, find_forms_file, read_settings_with_origins

MAX_SECONDS_OFF: Final = 60
"""At five minutes the platform refuses every request; a clock that is one minute off may get there."""

SET_THE_CLOCK: Final = "set this machine's clock by NTP"


@dataclass(frozen=True, slots=True)
class Passed:
    """A check that found nothing wrong; ``form`` is the one that it was about."""

    check: str
    message: str
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """One fault that a check found."""

    check: str
    fault: Fault


CheckResult = Passed | Failed


def check_everything(*, offline: bool) -> Iterator[CheckResult]:
    """Yield what is right and what is not, as far as each can be checked."""
    settings, raw, results = _settings()
    yield from results
    file = settings.forms_file if settings else find_forms_file(raw)
    forms, results = _forms(file) if file else (None, [])
    yield from results
    if settings is not None and (forms is None or any(mismatches(settings, forms))):
        yield from _last_good_copy(settings)
    if settings is not None and forms is not None:
        yield from _addresses(settings, forms)
    if settings is not None:
        yield from _database(settings, raw)
        if not offline:
            yield from _platform(make_client(settings), forms)


def _settings() -> tuple[Settings | None, RawSettings, list[CheckResult]]:
    try:
        settings, raw = read_settings_with_origins()
    except SettingsError as error:
        return None, error.raw, [Failed("settings", fault) for fault in error.faults]
    env_file = raw.env_file
    read = f"{'from the environment and ' if env_file.exists else ''}{env_file.description}"
    sentences = (f"every setting is right ({read})", *raw.overridden)
    return settings, raw, [Passed("settings", sentence) for sentence in sentences]


def _forms(path: Path) -> tuple[Forms | None, list[CheckResult]]:
    try:
        forms = read_forms(path)
    except FormsFileError as error:
        return None, [Failed("forms file", with_remedy(fault)) for fault in error.faults]
    return forms, [Passed("forms file", f"{path} has {', '.join(forms)}")]


def _last_good_copy(settings: Settings) -> Iterator[CheckResult]:
    """Yield which copy of the forms is used while their file cannot be."""
    copy = last_good_forms(settings)
    try:
        forms = copy.read()
    except UnusableCopyError as error:
        yield from (Failed("forms file", fault) for fault in error.faults)
        return
    if forms is not None:
        rule = f"leadform goes on with the last good copy, {copy.path}, which has {', '.join(forms)}"
        remedy = "put the forms file right, then restart leadform or reload its web server"
        yield Failed("forms file", Fault(Source.FORMS_FILE, rule, remedy))


def _addresses(settings: Settings, forms: Forms) -> Iterator[CheckResult]:
    faults: list[CheckResult] = [Failed("settings", fault) for fault in mismatches(settings, forms)]
    host = urlsplit(settings.public_url or "").hostname
    if host and settings.trusted_hosts and not _is_trusted(host, settings.trusted_hosts):
        rule = f"{host}, the host of PUBLIC_URL, is not among them, so every request there is refused"
        remedy = f"add {host} to TRUSTED_HOSTS"
        faults.append(Failed("addresses", Fault(Source.SETTINGS, rule, remedy, ("TRUSTED_HOSTS",))))
    yield from faults
    if not faults:
        base = settings.public_url or f"http://localhost:{settings.port}"
        addresses = ", ".join(f"{base}/f/{slug}" for slug in forms)
        yield Passed("addresses", f"the forms are at {addresses}")


def _is_trusted(host: str, trusted: tuple[str, ...]) -> bool:
    names = [name.rpartition(":")[0] if name.rpartition(":")[2].isdecimal() else name for name in trusted]
    return any(host == name or (name.startswith(".") and f".{host}".endswith(name)) for name in names)


def _database(settings: Settings, raw: RawSettings) -> Iterator[CheckResult]:
    upgrade = "run leadform db upgrade (leadform serve does so by itself)"
    database = make_database(settings, read_only=True)
    origin = raw.origins.get("DATABASE_URL")
    because = f"as {origin} says" if origin else "since DATABASE_URL is not given"
    name = f"{describe_database(settings.database_url.get_secret_value())}, {because}"
    try:
        if database.is_missing():
            yield _database_fault("database", "there is none yet", f"{upgrade}: {name}")
        elif not is_up_to_date(database):
            yield _database_fault("migrations", "the database is not up to date", f"{upgrade}: {name}")
        else:
            with database.writing():
                owner = f"; it belongs to {get_owner(database.file)}" if database.file else ""
            yield Passed("database", f"it can be written to: {name}{owner}")
            yield Passed("migrations", "the database is up to date")
    except StoreUnavailableError as error:
        yield _database_fault("database", f"it cannot be used ({error}): {name}", remedy(error))
    finally:
        database.close()


def _database_fault(check: str, rule: str, remedy: str) -> Failed:
    return Failed(check, Fault(Source.DATABASE, rule, remedy))


def _platform(client: PlatformClient, forms: Forms | None) -> Iterator[CheckResult]:
    try:
        platform_time = client.ping(utc_now())
        yield Passed("platform", "it answers, and accepts the key")
        if platform_time is not None:
            yield _clock((utc_now() - platform_time).total_seconds())
        account = read_account(client, utc_now())
    except PlatformError as error:
        yield Failed("platform", Fault(Source.PLATFORM, error.message, _platform_remedy(error)))
        return
    if forms is None:
        return
    for slug, form in forms.items():
        faults = list(forms.source.locate(account_errors(form, account)))
        yield from (Failed("account", fault) for fault in faults)
        if not faults:
            message = f"the account has all {count_ids(form)} ids that the form names"
            yield Passed("account", message, slug)


def _clock(seconds_ahead: float) -> CheckResult:
    side = "ahead of" if seconds_ahead > 0 else "behind"
    message = f"this machine's is {abs(seconds_ahead):.0f} s {side} the platform's"
    if abs(seconds_ahead) <= MAX_SECONDS_OFF:
        return Passed("clock", message)
    return Failed("clock", Fault(Source.CLOCK, message, SET_THE_CLOCK))


def _platform_remedy(error: PlatformError) -> str:
    if isinstance(error, AccountRejected) and error.specific_code == DATE_OUTSIDE_FIVE_MINUTES:
        return SET_THE_CLOCK
    if isinstance(error, AccountRejected):
        return "check PLATFORM_KEY and PLATFORM_SECRET"
    return "check PLATFORM_URL, and that this machine reaches the platform; then try again"
