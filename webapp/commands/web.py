"""``leadform web``: gunicorn with the project's configuration."""

from __future__ import annotations

import os
import sys

import click

from webapp.child_processes import is_supervised, settings_pipe
from webapp.commands.database import opened_database
from webapp.commands.database_wait import DatabaseWait
from webapp.commands.serving import serving_configuration
from webapp.resources import GUNICORN_CONFIG
from webapp.settings.model import Settings


@click.command()
@click.option("--host", default="0.0.0.0", show_default=True, help="The address to listen on.")  # noqa: S104 (a web server is for others)
def web(host: str) -> None:
    """Serve the forms on PORT.

    While the database is down, the forms are shown, and visitors are asked to send theirs again later.
    """
    settings, _ = serving_configuration(log_complaints=False)  # gunicorn's own configuration does
    if not is_supervised():  # leadform serve has looked at the database, and wants the forms without it too
        with opened_database(settings, up_to_date=False) as database:
            DatabaseWait(database).is_ready_at_once()
    sys.stdout.flush()
    _become_gunicorn(host, settings)


def _become_gunicorn(host: str, settings: Settings) -> None:
    arguments = [
        "-m",
        "gunicorn",
        "--config",
        str(GUNICORN_CONFIG),
        "--bind",
        f"{host}:{settings.port}",
        "webapp.wsgi:app",
    ]
    with settings_pipe(settings) as (reading, named):
        os.set_inheritable(reading, True)  # noqa: FBT003 (the standard library's own)
        os.execve(sys.executable, [sys.executable, *arguments], {**os.environ, **named})  # noqa: S606 (gunicorn takes this process's place)
