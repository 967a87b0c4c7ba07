"""Reads the settings and the forms, and collects all their faults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from webapp.faults import ConfigurationError, Fault, FaultsError, Source
from webapp.formfile.reader import Forms, FormsFileError, read_forms
from webapp.settings.model import Settings, SettingsError, find_forms_file, read_settings


class MismatchError(FaultsError):
    """The settings and the forms are valid, but do not fit together."""

    @property
    def heading(self) -> str:
        """The line to put above the faults."""
        return "The settings and the forms do not fit together:"


def read_configuration() -> tuple[Settings, Forms]:
    """Read the settings and the forms file.

    Raises:
        ConfigurationError: it names every fault of both.
    """
    parts: list[FaultsError] = []
    settings, forms = None, None
    try:
        settings = read_settings()
        file: Path | None = settings.forms_file
    except SettingsError as error:
        parts.append(error)
        file = find_forms_file(error.raw)
    try:
        forms = read_forms(file) if file else None
    except FormsFileError as error:
        parts.append(error)
    if parts or settings is None or forms is None:
        raise ConfigurationError(*parts)
    try:
        require_match(settings, forms)
    except MismatchError as error:
        raise ConfigurationError(error) from error
    return settings, forms


def require_match(settings: Settings, forms: Forms) -> None:
    """Check that settings and forms fit together.

    Raises:
        MismatchError: they do not.
    """
    if faults := tuple(mismatches(settings, forms)):
        raise MismatchError(faults)


def mismatches(settings: Settings, forms: Forms) -> Iterator[Fault]:
    """Yield what does not fit together in valid settings and valid forms."""
    if settings.default_form and settings.default_form not in forms:
        rule = f"{settings.default_form} is not a form; there are {', '.join(forms)}"
        remedy = "name one of them, or remove DEFAULT_FORM"
        yield Fault(Source.SETTINGS, rule, remedy, ("DEFAULT_FORM",))
    linked = [slug for slug, form in forms.items() if form.external_ref]
    if linked and not (settings.public_url or "").startswith("https://"):
        rule = f"must be set, with https, for the external_ref of forms.{linked[0]}"
        remedy = "set it to the address that visitors use, or remove external_ref"
        yield Fault(Source.SETTINGS, rule, remedy, ("PUBLIC_URL",), linked[0])
