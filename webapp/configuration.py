"""Reads the settings and the forms together, every fault of both told at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from webapp.formfile.reader import Forms, FormsFileError, read_forms
from webapp.settings.model import Settings, SettingsError, forms_file, read_settings, where_read
from webapp.settings.setting_fault import SettingFault


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
        file: Path | None = settings.forms_file
    except SettingsError as error:
        faults.append(f"The settings are not right{where_read(error)}:\n{error}")
        file = forms_file(error.given)
    try:
        forms = read_forms(file) if file else None
    except FormsFileError as error:
        faults.append(f"The forms file is not right:\n{error}")
    if (
        settings
        and forms
        and (together := "\n".join(f"  {fault}" for fault in faults_together(settings, forms)))
    ):
        faults.append(f"The settings are not right:\n{together}")
    if faults or settings is None or forms is None:
        raise ConfigurationError("\n".join(faults))
    return settings, forms


def faults_together(settings: Settings, forms: Forms) -> Iterator[SettingFault]:
    """Yield what does not go together in settings and forms that are right by themselves."""
    if settings.default_form and settings.default_form not in forms:
        message = f"{settings.default_form} is no form; there are {', '.join(forms)}"
        yield SettingFault("DEFAULT_FORM", message)
    linked = [slug for slug, form in forms.items() if form.external_ref]
    if linked and not (settings.public_url or "").startswith("https://"):
        message = f"must be set, with https, for the external_ref of forms.{linked[0]}"
        yield SettingFault("PUBLIC_URL", message)
