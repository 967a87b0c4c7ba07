"""The configuration that a running site uses: the one on disk, or the last good one if that is wrong.

A mistake in a file must not take down a site that is up. It is logged as an error until it is corrected.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from webapp.configuration import mismatches, read_configuration, require_match
from webapp.faults import ConfigurationError, FaultsError
from webapp.files.path_faults import NOT_ALLOWED, explain
from webapp.formfile.last_good import LastGoodForms, UnusableCopyError
from webapp.formfile.reader import Forms, read_forms
from webapp.outbox.sqlite import get_file
from webapp.settings.model import Settings, SettingsError, read_settings

FOLDER: Final = Path("var")
"""Where the copy is kept when the database is not a file."""

FOLDER_ERRORS: Final = NOT_ALLOWED | {errno.ENOTDIR}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Complaint:
    """An event for the log: what is wrong with the configuration, and what leadform uses instead."""

    event: str
    reason: str
    goes_on: str


@dataclass(frozen=True, slots=True)
class RunningConfiguration:
    """A configuration to run with, and what is wrong with the one on disk."""

    settings: Settings
    forms: Forms
    complaints: tuple[Complaint, ...] = ()

    def log_complaints(self) -> None:
        """Log what is wrong; logging must be set up."""
        for complaint in self.complaints:
            log.error(complaint.event, reason=complaint.reason, goes_on=complaint.goes_on)


def last_good_forms(settings: Settings) -> LastGoodForms:
    """Return where the last good copy of the forms file is kept: beside the database."""
    database = get_file(settings.database_url.get_secret_value())
    return LastGoodForms(database.parent if database else FOLDER, settings.forms_file)


def load_running_configuration(
    kept: Settings | None = None, kept_forms: Forms | None = None
) -> RunningConfiguration:
    """Read settings and forms; replace what cannot be used by what was kept, or by the last good copy.

    Raises:
        ConfigurationError: there is no replacement; it names every fault.
    """
    try:
        settings, forms = read_configuration()
    except ConfigurationError as error:
        return _replace(error, kept, kept_forms)
    return RunningConfiguration(settings, forms, _keep(settings, forms))


def make_forms_reader(settings: Settings) -> Callable[[Path], Forms]:
    """Return a function that reads a changed forms file, and keeps a copy if it is usable."""

    def read(path: Path) -> Forms:
        forms = _read_matching_forms(settings, path)
        RunningConfiguration(settings, forms, _keep(settings, forms)).log_complaints()
        return forms

    return read


def _replace(
    error: ConfigurationError, kept: Settings | None, kept_forms: Forms | None
) -> RunningConfiguration:
    try:
        return _with_matching_forms(read_settings(), kept_forms, error)
    except (SettingsError, ConfigurationError) as fault:
        if kept is None:
            # The later error also has the fault of the copy, if the settings were right.
            raise fault if isinstance(fault, ConfigurationError) else error from fault
        complaint = Complaint("settings_not_usable", str(fault), "with the settings as they were")
    return _with_matching_forms(kept, kept_forms, error, complaint)


def _with_matching_forms(
    settings: Settings, kept: Forms | None, error: ConfigurationError, *complaints: Complaint
) -> RunningConfiguration:
    try:
        forms = _read_matching_forms(settings, settings.forms_file)
    except FaultsError as fault:
        forms, goes_on = _last_good(settings, kept, error)
        complaints += (Complaint("forms_file_not_usable", str(fault), goes_on),)
    else:
        complaints += _keep(settings, forms)
    return RunningConfiguration(settings, forms, complaints)


def _last_good(settings: Settings, kept: Forms | None, error: ConfigurationError) -> tuple[Forms, str]:
    """Return the forms to use instead of the broken ones, and their description for the log.

    Raises:
        ConfigurationError: there are none; it has the faults of ``error``.
    """
    if kept is not None and not any(mismatches(settings, kept)):
        return kept, "with the forms as they were"
    copy = last_good_forms(settings)
    try:
        forms = copy.read()
    except UnusableCopyError as unusable:
        raise ConfigurationError(*error.parts, unusable) from error
    if forms is None or any(mismatches(settings, forms)):
        raise error
    return forms, f"with the last good copy of the forms file, {copy.path}"


def _read_matching_forms(settings: Settings, path: Path) -> Forms:
    """Read a forms file that fits the settings.

    Raises:
        FormsFileError: the file cannot be used.
        MismatchError: it does not fit the settings.
    """
    forms = read_forms(path)
    require_match(settings, forms)
    return forms


def _keep(settings: Settings, forms: Forms) -> tuple[Complaint, ...]:
    copy = last_good_forms(settings)
    try:
        copy.keep(forms)
    except OSError as error:
        # A temporary file is made in the folder, so it is the folder that forbids writing.
        asked = error.filename if error.errno in FOLDER_ERRORS else copy.path
        goes_on = "without a copy to serve by when the forms file cannot be used"
        return (Complaint("last_good_forms_not_kept", f"{copy.path}: {explain(error, asked)}", goes_on),)
    return ()
