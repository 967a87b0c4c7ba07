"""What ``leadform check`` looks at, one finding after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from webapp.commands.database import make_database, remedy
from webapp.commands.platform_client import make_client
from webapp.configuration import faults_together
from webapp.enquiry import utc_now
from webapp.files.path_faults import get_owner, shown
from webapp.formfile.last_good import UnusableCopyError
from webapp.formfile.reader import Forms, FormsFileError, read_forms
from webapp.forms.account_check import account_errors, ids_named
from webapp.outbox.database import StoreUnavailableError
from webapp.outbox.migrations import is_up_to_date
from webapp.platform.account_lists import read_account
from webapp.platform.client import PlatformClient
from webapp.platform.errors import AccountRejected, PlatformError
from webapp.platform.response import DATE_OUTSIDE_FIVE_MINUTES
from webapp.running_configuration import last_good_forms
from webapp.settings.database_url import described
from webapp.settings.env_file import EnvFile
from webapp.settings.environment import Given
from webapp.settings.model import Settings, SettingsError, forms_file, read_settings_and_origins
from webapp.settings.setting_fault import SettingFault

MAX_SECONDS_OFF: Final = 60
"""A clock that is a minute off is on its way to the five at which the platform refuses every request."""

SET_THE_CLOCK: Final = "set this machine's clock by NTP"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found; ``form`` and ``key`` say where, ``what_to_do`` how to put it right."""

    check: str
    ok: bool
    message: str
    what_to_do: str | None = None
    form: str | None = None
    key: str | None = None


def findings(*, offline: bool) -> Iterator[CheckResult]:
    """Yield what is right and what is not, of all that can be looked at."""
    settings, given, of_settings = _settings()
    yield from of_settings
    file = settings.forms_file if settings else forms_file(given)
    forms, of_forms = _forms(file) if file else (None, [])
    yield from of_forms
    if settings is not None and (forms is None or any(faults_together(settings, forms))):
        yield from _stand_in(settings)
    if settings is not None and forms is not None:
        yield from _addresses(settings, forms)
    if settings is not None:
        yield from _database(settings, given)
        if not offline:
            yield from _platform(make_client(settings), forms)


def _settings() -> tuple[Settings | None, Given, list[CheckResult]]:
    try:
        settings, given = read_settings_and_origins()
    except SettingsError as error:
        place = error.given.env_file
        return None, error.given, [_of_setting(fault, place) for fault in error.faults]
    twice = [CheckResult("settings", ok=True, message=sentence) for sentence in given.overruled]
    env_file = given.env_file
    read = f"{'from the environment and ' if env_file.is_there else ''}{env_file.told}"
    return (
        settings,
        given,
        [CheckResult("settings", ok=True, message=f"every setting is right ({read})"), *twice],
    )


def _of_setting(fault: SettingFault, env_file: EnvFile | None = None) -> CheckResult:
    where = shown(env_file.path) if env_file else ".env"
    if env_file and not env_file.is_there:
        where = f"{where} (which is not there)"
    usual = f"set {fault.place} in the environment or in {where}, as .env.example shows"
    what_to_do = fault.what_to_do or usual
    return CheckResult("settings", ok=False, message=fault.message, what_to_do=what_to_do, key=fault.place)


def _forms(path: Path) -> tuple[Forms | None, list[CheckResult]]:
    try:
        forms = read_forms(path)
    except FormsFileError as error:
        if unreadable := error.unreadable:
            message, what_to_do = f"it cannot be read: {unreadable.message}", unreadable.what_to_do
            return None, [CheckResult("forms file", ok=False, message=message, what_to_do=what_to_do)]
        what_to_do = "put it right in the forms file; docs/forms.md says what a form may hold"
        return None, [
            CheckResult("forms file", ok=False, message=line.strip(), what_to_do=what_to_do)
            for line in str(error).splitlines()
        ]
    return forms, [CheckResult("forms file", ok=True, message=f"{path} has {', '.join(forms)}")]


def _stand_in(settings: Settings) -> Iterator[CheckResult]:
    """Say what the forms are served by while their file cannot be used."""
    copy = last_good_forms(settings)
    try:
        forms = copy.read()
    except UnusableCopyError as error:
        message, what_to_do = str(error), "put the forms file right before leadform is started again"
    else:
        if forms is None:
            return
        message = f"leadform goes on with the last good copy, {copy.path}, which has {', '.join(forms)}"
        what_to_do = "put the forms file right, then restart leadform or reload its web server"
    yield CheckResult("forms file", ok=False, message=message, what_to_do=what_to_do)


def _addresses(settings: Settings, forms: Forms) -> Iterator[CheckResult]:
    faults = [_of_setting(fault) for fault in faults_together(settings, forms)]
    host = urlsplit(settings.public_url or "").hostname
    if host and settings.trusted_hosts and not _is_trusted(host, settings.trusted_hosts):
        message = f"{host}, the host of PUBLIC_URL, is not among them, so every request there is refused"
        what_to_do = f"add {host} to TRUSTED_HOSTS"
        faults.append(
            CheckResult("addresses", ok=False, message=message, what_to_do=what_to_do, key="TRUSTED_HOSTS")
        )
    yield from faults
    if not faults:
        base = settings.public_url or f"http://localhost:{settings.port}"
        where = ", ".join(f"{base}/f/{slug}" for slug in forms)
        yield CheckResult("addresses", ok=True, message=f"the forms are at {where}")


def _is_trusted(host: str, trusted: tuple[str, ...]) -> bool:
    names = [each.rpartition(":")[0] if each.rpartition(":")[2].isdecimal() else each for each in trusted]
    return any(host == name or (name.startswith(".") and f".{host}".endswith(name)) for name in names)


def _database(settings: Settings, given: Given) -> Iterator[CheckResult]:
    upgrade = "run leadform db upgrade (leadform serve does so by itself)"
    database = make_database(settings, read_only=True)
    origin = given.origins.get("DATABASE_URL")
    source = f"as {origin} says" if origin else "since DATABASE_URL is not given"
    name = f"{described(settings.database_url.get_secret_value())}, {source}"
    try:
        if database.is_missing():
            yield CheckResult(
                "database", ok=False, message="there is none yet", what_to_do=f"{upgrade}: {name}"
            )
            return
        if is_up_to_date(database):
            with database.writing():
                owner = f"; it belongs to {get_owner(database.file)}" if database.file else ""
            yield CheckResult("database", ok=True, message=f"it can be written to: {name}{owner}")
            yield CheckResult("migrations", ok=True, message="the database is up to date")
        else:
            message = "the database is not up to date"
            yield CheckResult("migrations", ok=False, message=message, what_to_do=f"{upgrade}: {name}")
    except StoreUnavailableError as error:
        message = f"it cannot be used ({error}): {name}"
        yield CheckResult("database", ok=False, message=message, what_to_do=remedy(error))
    finally:
        database.close()


def _platform(client: PlatformClient, forms: Forms | None) -> Iterator[CheckResult]:
    try:
        platform_time = client.ping(utc_now())
        yield CheckResult("platform", ok=True, message="it answers, and takes the key")
        if platform_time is not None:
            yield _clock((utc_now() - platform_time).total_seconds())
        account = read_account(client, utc_now())
    except PlatformError as error:
        yield CheckResult("platform", ok=False, message=error.message, what_to_do=_remedy(error))
        return
    for slug, form in (forms or {}).items():
        faults = list(account_errors(form, account))
        for each in faults:
            key = f"forms.{slug}.{each.key}"
            yield CheckResult(
                "account", ok=False, message=each.message, what_to_do=each.what_to_do, form=slug, key=key
            )
        if not faults:
            message = f"the account has each of the {ids_named(form)} ids that the form names"
            yield CheckResult("account", ok=True, message=message, form=slug)


def _clock(seconds_ahead: float) -> CheckResult:
    side = "ahead of" if seconds_ahead > 0 else "behind"
    message = f"this machine's is {abs(seconds_ahead):.0f} s {side} the platform's"
    if abs(seconds_ahead) <= MAX_SECONDS_OFF:
        return CheckResult("clock", ok=True, message=message)
    return CheckResult("clock", ok=False, message=message, what_to_do=SET_THE_CLOCK)


def _remedy(error: PlatformError) -> str:
    if isinstance(error, AccountRejected) and error.specific_code == DATE_OUTSIDE_FIVE_MINUTES:
        return SET_THE_CLOCK
    if isinstance(error, AccountRejected):
        return "check PLATFORM_KEY and PLATFORM_SECRET"
    return "check PLATFORM_URL, and that this machine reaches the platform; then try again"
