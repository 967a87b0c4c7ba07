"""Sets up the log: lines for people on a terminal, JSON elsewhere, and never the values of variables."""

from __future__ import annotations

import logging.config
import sys
from typing import Any, Literal

import structlog

LogFormat = Literal["console", "json"]


class WithoutAddresses(logging.Filter):
    """Removes addresses and request data from gunicorn's records of requests that failed or were refused."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Accept every record, without addresses."""
        said = str(record.msg)
        if said.startswith("Error handling request"):
            record.msg, record.args = "Error handling a request", ()
        elif said.startswith("Invalid request from ip="):
            # The kind of fault comes before the second colon, and request data after it.
            kind = said.split(": ")[1].partition(" (")[0]
            record.msg, record.args = f"Refused a request: {kind}", ()
        return True


def configure_logging(log_format: LogFormat | None, level: str) -> None:
    """Send structlog's and the standard library's records to standard error, in one format.

    ``log_format`` None means console if standard error is a terminal, else JSON.
    """
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(logging_config(log_format, level))


def logging_config(log_format: LogFormat | None, level: str) -> dict[str, Any]:
    """Return the configuration of the standard library's logging; gunicorn uses it too."""
    chosen = log_format or ("console" if sys.stderr.isatty() else "json")
    processors = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(chosen)]
    quiet = {"level": "WARNING"}
    # At the debug level gunicorn logs every address, and a receipt's is a secret.
    server_level = "INFO" if level == "debug" else level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "shared": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared(),
                "processors": processors,
            }
        },
        "filters": {"without addresses": {"()": WithoutAddresses}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "shared"}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
        "loggers": {
            "gunicorn.error": {"level": server_level, "filters": ["without addresses"], "propagate": True},
            "urllib3": quiet,
            "alembic": quiet,
        },
    }


def _shared() -> list[Any]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _rendering(chosen: LogFormat) -> list[Any]:
    if chosen == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    # The default for the console shows local variables, which can hold what a visitor typed.
    return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
