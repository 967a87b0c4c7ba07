"""``leadform worker``: forwards deliveries."""

from __future__ import annotations

import os
import signal
import threading
from datetime import timedelta
from types import FrameType

import click

from webapp.commands.failure import configuration, opened_database
from webapp.configuration import client_of
from webapp.delivery.decision import RetryPolicy
from webapp.delivery.forwarding import Forwarder
from webapp.delivery.mapping import OpportunityMapping
from webapp.delivery.worker import Worker
from webapp.formfile.current import FormsFile
from webapp.formfile.reader import Forms, read_forms
from webapp.outbox.breaker import BreakerPolicy
from webapp.outbox.database import Database
from webapp.outbox.doorbell import Doorbell
from webapp.outbox.queue import DeliveryQueue
from webapp.settings import Settings


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


def worker_of(settings: Settings, forms: Forms, database: Database) -> Worker:
    """Return the worker that the settings describe."""
    policy = RetryPolicy(
        settings.delivery_retry_base,
        settings.delivery_unclear_wait,
        timedelta(days=settings.delivery_give_up_after),
    )
    breaker = BreakerPolicy(settings.delivery_retry_base, settings.delivery_lease)
    queue = DeliveryQueue(database, settings.delivery_lease, breaker)
    file = FormsFile(settings.forms_file, forms, read_forms)
    mapping = OpportunityMapping(file.forms, settings.public_url)
    return Worker(
        queue,
        Doorbell(database),
        Forwarder(queue, client_of(settings), mapping, policy),
        settings.delivery_concurrency,
        record_within=settings.delivery_lease - settings.delivery_timeout,
    )
