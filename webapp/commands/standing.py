"""The configuration of a command that serves, with what has to be said of it in the log."""

from __future__ import annotations

from webapp.child_processes import inherited_settings
from webapp.commands.misconfigured import Misconfigured
from webapp.configuration import ConfigurationError
from webapp.formfile.reader import Forms
from webapp.logs import configure_logging
from webapp.running_configuration import configuration_to_serve
from webapp.settings.model import Settings


def standing_configuration(*, tell: bool = True) -> tuple[Settings, Forms]:
    """Return settings and forms, the log set up; what cannot be read is as it was when it could.

    Says in the log what is wrong, or ends the command with every fault named when nothing can stand in.
    """
    try:
        serving = configuration_to_serve(inherited_settings())
    except ConfigurationError as error:
        raise Misconfigured(str(error)) from error
    configure_logging(serving.settings.log_format, serving.settings.log_level)
    if tell:
        serving.tell()
    return serving.settings, serving.forms
