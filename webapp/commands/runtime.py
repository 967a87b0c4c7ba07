"""The configuration of a command that uses the forms."""

from __future__ import annotations

from webapp.commands.command_faults import Misconfigured
from webapp.configuration import read_configuration
from webapp.faults import ConfigurationError
from webapp.formfile.reader import Forms
from webapp.logs import configure_logging
from webapp.settings.model import Settings


def configuration() -> tuple[Settings, Forms]:
    """Configure logging and return settings and forms, or end the command with every fault named."""
    try:
        settings, forms = read_configuration()
    except ConfigurationError as error:
        raise Misconfigured.by(error) from error
    configure_logging(settings.log_format, settings.log_level)
    return settings, forms
