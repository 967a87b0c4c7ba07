"""``leadform worker``: forwards deliveries."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

import click

from webapp.commands.failure import configuration, opened_database
from webapp.composition import worker_of


@click.command()
@click.option("--once", is_flag=True, help="Return when nothing is due.")
def worker(*, once: bool) -> None:
    """Forward what is due to the platform, until told to stop.

    The first SIGTERM or Ctrl-C lets running sends finish; the second ends at once, and nothing is lost.
    """
    settings, forms = configuration()
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        del frame
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    with opened_database(settings) as database:
        worker_of(settings, forms, database).run(stop, once=once)
