"""``leadform sandbox``: the local stand-in for the platform alone."""

from __future__ import annotations

import os
import secrets
import signal
import sys
from types import FrameType
from typing import Final

import click

from webapp.child_processes import on_parent_exit
from webapp.commands.standard_streams import print_line
from webapp.sandbox import serve_forever

LOOPBACK: Final = "127.0.0.1"


@click.command()
@click.option("--port", default=9400, show_default=True, type=click.IntRange(1, 65535))
@click.option("--key", envvar="PLATFORM_KEY", show_envvar=True, help="The key that it accepts.")
@click.option("--secret", envvar="PLATFORM_SECRET", show_envvar=True, help="The secret for signatures.")
def sandbox(port: int, key: str | None, secret: str | None) -> None:
    """Stand in for the platform on this machine; a page at / shows what it received.

    Without a key and a secret it makes some and prints them.
    """

    def on_signal(number: int, frame: FrameType | None) -> None:
        del number, frame
        sys.exit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    on_parent_exit(lambda: os.kill(os.getpid(), signal.SIGTERM))
    if key is None or secret is None:
        key, secret = f"sandbox-{secrets.token_hex(4)}", secrets.token_urlsafe(24)
        print_line(f"PLATFORM_URL=http://{LOOPBACK}:{port}\nPLATFORM_KEY={key}\nPLATFORM_SECRET={secret}")
    print_line(f"The sandbox shows what it receives at http://{LOOPBACK}:{port}/")
    try:
        serve_forever(LOOPBACK, port, key=key, secret=secret)
    except OSError as error:
        raise click.ClickException(
            f"Port {port} cannot be used ({error.strerror}): choose another"
        ) from error
