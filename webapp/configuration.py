"""Builds the parts from the settings, for the commands and for gunicorn: every fault is told at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from webapp.delivery.decision import RetryPolicy
from webapp.delivery.forwarding import Forwarder
from webapp.delivery.worker import Worker
from webapp.formfile.reader import Forms, FormsFileError, read_forms
from webapp.outbox.database import Database, open_database
from webapp.outbox.queue import DeliveryQueue
from webapp.platform.client import Account, PlatformClient
from webapp.settings import Settings, SettingsError, read_settings


class ConfigurationError(Exception):
    """The service cannot start as it is configured; the message names every fault, a line each."""


def read_configuration() -> tuple[Settings, Forms]:
    """Read the settings and the forms file.

    Raises:
        ConfigurationError: naming every fault of both, as far as they can be read.
    """
    try:
        settings = read_settings()
    except SettingsError as error:
        raise ConfigurationError(f"The settings are not right:\n{error}") from error
    try:
        forms = read_forms(settings.forms_file)
    except FormsFileError as error:
        raise ConfigurationError(f"The forms file is not right:\n{error}") from error
    if settings.default_form is not None and settings.default_form not in forms:
        known = ", ".join(forms)
        fault = f"  DEFAULT_FORM: {settings.default_form} is no form; there are {known}"
        raise ConfigurationError(f"The settings are not right:\n{fault}")
    return settings, forms


def database_of(settings: Settings) -> Database:
    """Return the database that the settings name; it is connected to when first used."""
    return open_database(settings.database_url.get_secret_value())


def utc_now() -> datetime:
    """Return this moment, in UTC."""
    return datetime.now(UTC)


def worker_of(settings: Settings, forms: Forms, database: Database) -> Worker:
    """Return the worker that the settings describe."""
    account = Account(
        settings.platform_url,
        settings.platform_key.get_secret_value(),
        settings.platform_secret.get_secret_value(),
    )
    policy = RetryPolicy(
        settings.delivery_retry_base,
        settings.delivery_unclear_wait,
        timedelta(days=settings.delivery_give_up_after),
    )
    client = PlatformClient(account, settings.delivery_timeout, utc_now)
    return Worker(
        DeliveryQueue(database, settings.delivery_lease),
        Forwarder(client, forms, policy, utc_now),
        settings.delivery_concurrency,
        utc_now,
    )
