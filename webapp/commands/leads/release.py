"""``leadform leads release``: let enquiries go that were held as suspected spam."""

from __future__ import annotations

import click

from webapp.commands.command_faults import settings_alone
from webapp.commands.database import opened_database
from webapp.commands.leads.printing import Reference, print_pause
from webapp.commands.leads.requeueing import fail, requeue_all
from webapp.outbox.queries import DeliveryQueries
from webapp.outbox.requeue import Requeuer


@click.command()
@click.argument("references", type=Reference(), nargs=-1, required=True, metavar="REF…")
def release(*, references: tuple[str, ...]) -> None:
    """Release enquiries that were held as suspected spam."""
    with opened_database(settings_alone()) as database:
        results, unknown = requeue_all(references, Requeuer(database).release)
        for result in results:
            done = (
                "released, and queued." if result.after else f"is {result.before}, not held: nothing to do."
            )
            click.echo(f"{result.reference}: {done}")
        print_pause(DeliveryQueries(database).pause())
    fail(unknown)
