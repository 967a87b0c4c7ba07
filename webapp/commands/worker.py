"""``leadform worker``: forwards deliveries."""

from __future__ import annotations

import threading
from datetime import timedelta

import click

from webapp.commands.database import opened_database
from webapp.commands.database_wait import DatabaseWait
from webapp.commands.platform_client import make_client
from webapp.commands.serving import serving_configuration
from webapp.commands.stop_signals import StopSignals, exit_at_once
from webapp.delivery.current_forms import CurrentForms
from webapp.delivery.forwarding import Forwarder
from webapp.delivery.retry_policy import RetryPolicy
from webapp.delivery.worker import Worker
from webapp.formfile.current import FormsFile
from webapp.formfile.reader import Forms
from webapp.outbox.breaker import BreakerPolicy
from webapp.outbox.database import Database
from webapp.outbox.queue import DeliveryQueue
from webapp.outbox.wakeup import WakeupListener
from webapp.running_configuration import make_forms_reader
from webapp.settings.model import Settings


@click.command()
@click.option("--once", is_flag=True, help="Return when nothing is due.")
def worker(*, once: bool) -> None:
    """Forward what is due to the platform, until stopped.

    SIGTERM or Ctrl-C lets running sends finish; a second Ctrl-C or SIGQUIT ends at once, and nothing is lost.
    """
    settings, forms = serving_configuration()
    stop = threading.Event()
    StopSignals(stop, exit_at_once).install()
    with opened_database(settings, up_to_date=once) as database:
        if once or DatabaseWait(database).wait(stop):
            make_worker(settings, forms, database).run(stop, once=once)


def make_worker(settings: Settings, forms: Forms, database: Database) -> Worker:
    """Return the worker that the settings describe."""
    policy = RetryPolicy(
        settings.delivery_retry_base,
        settings.delivery_unclear_wait,
        timedelta(days=settings.delivery_give_up_after),
    )
    breaker = BreakerPolicy(settings.delivery_retry_base, settings.delivery_lease)
    queue = DeliveryQueue(database, settings.delivery_lease, breaker)
    file = FormsFile(settings.forms_file, forms, make_forms_reader(settings))
    mapping = CurrentForms(file.forms, settings.public_url)
    return Worker(
        queue,
        WakeupListener(database),
        Forwarder(queue, make_client(settings), mapping, policy),
        settings.delivery_concurrency,
        record_within=settings.delivery_lease - settings.delivery_timeout,
    )
