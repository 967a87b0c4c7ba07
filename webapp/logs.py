"""One log for everything: lines for people on a terminal, JSON elsewhere; no values of variables, ever."""

from __future__ import annotations

import logging.config
import sys
from typing import Any, Literal

import structlog

LogFormat = Literal["console", "json"]


def configure_logging(log_format: LogFormat | None, level: str) -> None:
    """Send structlog's and the standard library's records to standard error, in one format.

    ``log_format`` None means console where standard error is a terminal, else JSON.
    """
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(logging_config(log_format, level))


def logging_config(log_format: LogFormat | None, level: str) -> dict[str, Any]:
    """Return the configuration of the standard library's logging, which gunicorn takes as well."""
    chosen = log_format or ("console" if sys.stderr.isatty() else "json")
    processors = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(chosen)]
    quiet = {"level": "WARNING"}
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
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "shared"}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
        "loggers": {
            "gunicorn.error": {"level": level.upper(), "handlers": [], "propagate": True},
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
