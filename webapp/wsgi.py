"""What gunicorn loads: ``gunicorn webapp.wsgi:app``. The one module that builds something when imported."""

from __future__ import annotations

import sys
from typing import Final

from gunicorn.arbiter import Arbiter

from webapp.app import create_app
from webapp.configuration import ConfigurationError, database_of, read_configuration
from webapp.logs import configure_logging

CANNOT_BOOT: Final = Arbiter.WORKER_BOOT_ERROR
"""After any other exit status gunicorn would start the worker again, for ever."""

try:
    settings, forms = read_configuration()
except ConfigurationError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(CANNOT_BOOT)
configure_logging(settings.log_format, settings.log_level)
app = create_app(settings, forms, database_of(settings))
