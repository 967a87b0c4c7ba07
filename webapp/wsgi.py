"""What gunicorn loads: ``gunicorn webapp.wsgi:app``. The only module that builds something when imported."""

from __future__ import annotations

import sys
import time
from typing import Final

import structlog
from flask import Flask
from gunicorn.arbiter import Arbiter

from webapp.faults import ConfigurationError
from webapp.gunicorn_master import MASTER
from webapp.logs import configure_logging
from webapp.outbox.database import open_database

CANNOT_BOOT: Final = Arbiter.WORKER_BOOT_ERROR
"""With this exit status gunicorn stops; after any other it starts the worker again, without end."""

BOOT_AGAIN: Final = 2.0
"""Seconds to wait before gunicorn tries again."""

log = structlog.get_logger(__name__)


def _application() -> Flask:
    # Imported here, so that a failure such as half an upgrade is handled below.
    from webapp.app import create_app  # noqa: PLC0415

    serving = MASTER.configuration()
    settings = serving.settings
    configure_logging(settings.log_format, settings.log_level)
    return create_app(settings, serving.forms, open_database(settings.database_url.get_secret_value()))


try:
    app = _application()
except ConfigurationError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(CANNOT_BOOT)
except Exception:
    if not MASTER.has_served:
        raise
    # A process that cannot start must not take down those that serve.
    log.exception("web_process_not_started")
    time.sleep(BOOT_AGAIN)
    sys.exit(1)
MASTER.mark_as_serving()
