"""The configuration of a command that keeps running."""

from __future__ import annotations

from webapp.child_processes import inherited_settings
from webapp.commands.command_faults import Misconfigured
from webapp.faults import ConfigurationError
from webapp.formfile.reader import Forms
from webapp.logs import configure_logging
from webapp.running_configuration import load_running_configuration
from webapp.settings.model import Settings


def serving_configuration(*, log_complaints: bool = True) -> tuple[Settings, Forms]:
    """Configure logging, and return settings and forms, or the last good ones in their place.

    What is wrong with them is logged. The command ends, with every fault named, if there is no replacement.
    """
    try:
        running = load_running_configuration(inherited_settings())
    except ConfigurationError as error:
        raise Misconfigured.by(error) from error
    configure_logging(running.settings.log_format, running.settings.log_level)
    if log_complaints:
        running.log_complaints()
    return running.settings, running.forms
