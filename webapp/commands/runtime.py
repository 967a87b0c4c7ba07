"""The configuration of a command that uses the forms."""

from __future__ import annotations

from webapp.commands.misconfigured import Misconfigured
from webapp.configuration import ConfigurationError, read_configuration
from webapp.formfile.reader import Forms
from webapp.logs import configure_logging
from webapp.settings.model import Settings


def configuration() -> tuple[Settings, Forms]:
    """Return the settings and the forms, the log set up, or end the command with every fault named."""
    try:
        settings, forms = read_configuration()
    except ConfigurationError as error:
        raise Misconfigured(str(error)) from error
    configure_logging(settings.log_format, settings.log_level)
    return settings, forms
