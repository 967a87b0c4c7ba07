"""The configuration of what serves: read anew, or the last good one where it cannot be read.

A mistake in a file must not take down a site that has been up; it is told, loudly, and waits to be mended.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from webapp.configuration import ConfigurationError, mismatches, read_configuration, require_match
from webapp.faults import FaultsError
from webapp.files.path_faults import NOT_ALLOWED, explain
from webapp.formfile.last_good import LastGoodForms, UnusableCopyError
from webapp.formfile.reader import Forms, read_forms
from webapp.outbox.sqlite import get_file
from webapp.settings.model import Settings, SettingsError, read_settings

FOLDER: Final = Path("var")
"""Where the copy is kept when the database is no file."""

OF_THE_FOLDER: Final = NOT_ALLOWED | {errno.ENOTDIR}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with the configuration as it stands on the disk, and what leadform does about it."""

    event: str
    reason: str
    goes_on: str


@dataclass(frozen=True, slots=True)
class Serving:
    """A configuration to serve by, and what has to be said of it."""

    settings: Settings
    forms: Forms
    complaints: tuple[Complaint, ...] = ()

    def tell(self) -> None:
        """Say in the log what is wrong; the log must be set up."""
        for complaint in self.complaints:
            log.error(complaint.event, reason=complaint.reason, goes_on=complaint.goes_on)


def last_good_forms(settings: Settings) -> LastGoodForms:
    """Return the copy of the settings' forms file, which is kept beside the database."""
    database = get_file(settings.database_url.get_secret_value())
    return LastGoodForms(database.parent if database else FOLDER, settings.forms_file)


def configuration_to_serve(kept: Settings | None = None, kept_forms: Forms | None = None) -> Serving:
    """Read settings and forms; what cannot be used is replaced by what was kept, or by the copy on the disk.

    Raises:
        ConfigurationError: nothing can stand in for what is wrong; names every fault.
    """
    try:
        settings, forms = read_configuration()
    except ConfigurationError as error:
        return _stand_in(error, kept, kept_forms)
    return Serving(settings, forms, _keep(settings, forms))


def reader_of_forms(settings: Settings) -> Callable[[Path], Forms]:
    """Return what reads the forms file for a process that runs, and keeps what is good of it."""

    def read(path: Path) -> Forms:
        forms = _forms_that_fit(settings, path)
        Serving(settings, forms, _keep(settings, forms)).tell()
        return forms

    return read


def _stand_in(error: ConfigurationError, kept: Settings | None, kept_forms: Forms | None) -> Serving:
    try:
        return _with_forms_that_fit(read_settings(), kept_forms, error)
    except (SettingsError, ConfigurationError) as fault:
        if kept is None:
            # What the forms lack was told with what stands against the copy; else the settings are at fault.
            raise fault if isinstance(fault, ConfigurationError) else error from fault
        complaint = Complaint("settings_not_usable", str(fault), "with the settings as they were")
    return _with_forms_that_fit(kept, kept_forms, error, complaint)


def _with_forms_that_fit(
    settings: Settings, kept: Forms | None, error: ConfigurationError, *complaints: Complaint
) -> Serving:
    try:
        forms = _forms_that_fit(settings, settings.forms_file)
    except FaultsError as fault:
        forms, goes_on = _last_good(settings, kept, error)
        complaints += (Complaint("forms_file_not_usable", str(fault), goes_on),)
    else:
        complaints += _keep(settings, forms)
    return Serving(settings, forms, complaints)


def _last_good(settings: Settings, kept: Forms | None, error: ConfigurationError) -> tuple[Forms, str]:
    """Return the forms that stand in for those that cannot be used, and what to say of them.

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


def _forms_that_fit(settings: Settings, path: Path) -> Forms:
    """Read a forms file that goes with the settings.

    Raises:
        FormsFileError: the file cannot be used.
        MismatchError: it does not go with the settings.
    """
    forms = read_forms(path)
    require_match(settings, forms)
    return forms


def _keep(settings: Settings, forms: Forms) -> tuple[Complaint, ...]:
    copy = last_good_forms(settings)
    try:
        copy.keep(forms)
    except OSError as error:
        # Where writing is forbidden it is the folder that forbids it, where the file beside was to be.
        asked = error.filename if error.errno in OF_THE_FOLDER else copy.path
        goes_on = "without a copy to serve by when the forms file cannot be used"
        return (Complaint("last_good_forms_not_kept", f"{copy.path}: {explain(error, asked)}", goes_on),)
    return ()
