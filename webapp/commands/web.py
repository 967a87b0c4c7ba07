"""``leadform web``: gunicorn with the project's configuration."""

from __future__ import annotations

import os
import sys

import click

from webapp.app import PROJECT
from webapp.commands.failure import configuration, opened_database


@click.command()
@click.option("--host", default="0.0.0.0", show_default=True, help="The address to listen on.")  # noqa: S104 (a web server is for others)
def web(host: str) -> None:
    """Serve the forms on PORT."""
    settings, _ = configuration()
    with opened_database(settings):
        pass  # gunicorn opens it anew in each of its processes
    arguments = [
        "-m",
        "gunicorn",
        "--config",
        str(PROJECT / "gunicorn.conf.py"),
        "--bind",
        f"{host}:{settings.port}",
        "webapp.wsgi:app",
    ]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 (gunicorn takes this process's place)
