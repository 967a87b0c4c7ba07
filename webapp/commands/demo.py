"""``leadform demo``: everything on loopback, nothing to configure."""

from __future__ import annotations

import os
import secrets
import socket
import tempfile
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

import click

from webapp.commands.database import opened_database
from webapp.commands.runtime import configuration
from webapp.commands.standard_streams import print_line
from webapp.commands.supervisor import Supervisor
from webapp.outbox.migrations import upgrade

LOOPBACK: Final = "127.0.0.1"
SANDBOX_PORT: Final = 9400
READY_WITHIN: Final = 120.0


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--sandbox-port",
    type=click.IntRange(1, 65535),
    help=f"Where the stand-in listens.  [default: {SANDBOX_PORT}, or a free one]",
)
def demo(port: int, sandbox_port: int | None) -> None:
    """Try leadform on this machine: a form, a worker, and a stand-in for the platform.

    Nothing leaves the machine, and what was sent is gone when the demonstration ends.
    """
    if not _is_free(port):
        raise click.ClickException(f"Port {port} is in use: choose another, as in leadform demo --port 9000")
    supervisor = Supervisor(os.environ)
    supervisor.install_signal_handlers()
    with tempfile.TemporaryDirectory(prefix="leadform-demo-") as folder:
        os.environ.update(_settings(Path(folder), port, sandbox_port or _sandbox_port(port)))
        settings, _ = configuration()
        with opened_database(settings, up_to_date=False) as database:
            upgrade(database)
        try:
            kept_running = _run(supervisor, port, os.environ["PLATFORM_URL"])
        finally:
            supervisor.stop_all()
    if not kept_running:
        raise click.ClickException("The demonstration could not start: the messages above say why")


def _run(supervisor: Supervisor, port: int, platform_url: str) -> bool:
    supervisor.start("sandbox", "--port", platform_url.rsplit(":", 1)[1])
    supervisor.start("worker")
    supervisor.start("web", "--host", LOOPBACK)
    if not _answers(port, supervisor):
        return supervisor.stop.is_set()
    form = f"http://{LOOPBACK}:{port}/?utm_source=google&utm_medium=cpc&utm_campaign=spring%20sale&gclid=abc"
    print_line("\nThe form, as if a visitor came from an advertisement:")
    print_line(f"    {form}")
    print_line("What the platform received:")
    print_line(f"    {platform_url}/")
    print_line("Ctrl-C ends the demonstration.\n")
    return supervisor.run()


def _settings(folder: Path, port: int, sandbox_port: int) -> dict[str, str]:
    """Return a complete environment, with secrets that last as long as the demonstration."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DATABASE_URL": f"sqlite:///{folder / 'leadform.db'}",
        "PLATFORM_URL": f"http://{LOOPBACK}:{sandbox_port}",
        "PLATFORM_KEY": "demo",
        "PLATFORM_SECRET": secrets.token_urlsafe(24),
        "FORMS_FILE": str(Path(__file__).with_name("demo_forms.toml")),
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "LOG_FORMAT": "console",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "warning"),
        # Named so that nothing else from the environment or from .env gets in the way.
        "DEFAULT_FORM": "weddings",
        "PUBLIC_URL": f"http://{LOOPBACK}:{port}",
        "TRUSTED_HOSTS": f"{LOOPBACK},localhost",
        "PROXY_HOPS": "0",
    }


def _is_free(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _sandbox_port(port: int) -> int:
    if port != SANDBOX_PORT and _is_free(SANDBOX_PORT):
        return SANDBOX_PORT
    with socket.socket() as attempt:
        attempt.bind((LOOPBACK, 0))
        return int(attempt.getsockname()[1])


def _answers(port: int, supervisor: Supervisor) -> bool:
    """Wait until the form can be opened; return False when it cannot, or when told to stop."""
    ends_at = time.monotonic() + READY_WITHIN
    while time.monotonic() < ends_at and not supervisor.stop.wait(0.1) and supervisor.is_running("web"):
        connection = HTTPConnection(LOOPBACK, port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == HTTPStatus.OK:
                return True
        except (OSError, HTTPException):
            continue
        finally:
            connection.close()
    return False
