"""Reads the settings and the forms together, every fault of both told at once, and opens what they name."""

from __future__ import annotations

from collections.abc import Iterator

from webapp.formfile.reader import Forms, FormsFileError, read_forms
from webapp.outbox.database import Database, open_database
from webapp.platform.client import Account, PlatformClient
from webapp.settings import Settings, SettingsError, forms_file, read_settings


class ConfigurationError(Exception):
    """The service cannot start as it is configured; the message names every fault, a line each."""


def read_configuration() -> tuple[Settings, Forms]:
    """Read the settings and the forms file.

    Raises:
        ConfigurationError: naming every fault of both.
    """
    faults = []
    settings, forms = None, None
    try:
        settings = read_settings()
    except SettingsError as error:
        faults.append(f"The settings are not right:\n{error}")
    try:
        forms = read_forms(settings.forms_file if settings else forms_file())
    except FormsFileError as error:
        faults.append(f"The forms file is not right:\n{error}")
    except UnicodeDecodeError:
        pass  # of .env, which the settings have told of
    if settings and forms and (together := "\n".join(faults_together(settings, forms))):
        faults.append(f"The settings are not right:\n{together}")
    if faults or settings is None or forms is None:
        raise ConfigurationError("\n".join(faults))
    return settings, forms


def faults_together(settings: Settings, forms: Forms) -> Iterator[str]:
    """Yield what does not go together in settings and forms that are right by themselves, a line each."""
    if settings.default_form and settings.default_form not in forms:
        yield f"  DEFAULT_FORM: {settings.default_form} is no form; there are {', '.join(forms)}"
    linked = [slug for slug, form in forms.items() if form.external_ref]
    if linked and not (settings.public_url or "").startswith("https://"):
        yield f"  PUBLIC_URL: must be set, with https, for the external_ref of forms.{linked[0]}"


def database_of(settings: Settings) -> Database:
    """Return the database that the settings name; it is connected to when first used."""
    return open_database(settings.database_url.get_secret_value())


def client_of(settings: Settings) -> PlatformClient:
    """Return the client of the platform that the settings name."""
    account = Account(
        settings.platform_url,
        settings.platform_key.get_secret_value(),
        settings.platform_secret.get_secret_value(),
    )
    return PlatformClient(account, settings.delivery_timeout)
