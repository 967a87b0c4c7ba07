"""``leadform leads retry``: send again what failed, and at once what waits."""

from __future__ import annotations

import click

from webapp.commands.database import opened_database
from webapp.commands.leads.printing import Reference, print_pause
from webapp.commands.leads.requeueing import fail, requeue_all
from webapp.commands.leads.show import added
from webapp.commands.runtime import configuration
from webapp.delivery.current_forms import CurrentForms, UnmappableEnquiryError
from webapp.enquiry import DeliveryKind, DeliveryState
from webapp.outbox.queries import DeliveryQueries
from webapp.outbox.requeue import Requeued, Requeuer
from webapp.outbox.serialization import UnreadableContentError


@click.command()
@click.argument("references", type=Reference(), nargs=-1, metavar="REF…")
@click.option(
    "--state", type=click.Choice([DeliveryState.FAILED.value]), help="Every delivery in this state."
)
def retry(*, references: tuple[str, ...], state: str | None) -> None:
    """Send again what failed, and at once what waits for its next attempt.

    It is made by today's forms file. What may have arrived is looked for first.
    """
    if bool(references) == bool(state):
        raise click.UsageError("Name references, or --state failed for every delivery that failed.")
    settings, forms = configuration()
    with opened_database(settings) as database:
        requeue, register = Requeuer(database), DeliveryQueries(database)
        mapping = CurrentForms(lambda: forms, settings.public_url)
        results, unknown = (requeue.retry_failed(), []) if state else requeue_all(references, requeue.retry)
        if state and not results:
            click.echo("No delivery has failed: nothing to do.")
        for result in results:
            if result.before is not DeliveryState.HELD:
                what = "" if result.kind is DeliveryKind.ADD else "the change: "
                note = _mapping_note(result, register, mapping)
                click.echo(f"{result.reference}: {what}{_outcome(result)}{note}")
        print_pause(register.pause())
    fail(unknown, [result.reference for result in results if result.before is DeliveryState.HELD])


def _outcome(result: Requeued) -> str:
    if result.after is DeliveryState.UNCLEAR:
        return "it may have arrived, so it is looked for, and sent again only if it is not there."
    if result.waits:
        return "queued again: it goes as soon as what was sent before it is delivered."
    if result.after is not None:
        return "queued again."
    if result.before is DeliveryState.DELIVERED:
        return f"is delivered already, as opportunity {result.opportunity_id}: nothing to do."
    return "a worker has it in hand at this moment: nothing to do."


def _mapping_note(result: Requeued, register: DeliveryQueries, mapping: CurrentForms) -> str:
    """Return a sentence about what today's forms file changes in what was sent before, if anything was."""
    if result.after is None or result.kind is DeliveryKind.UPDATE:
        return ""
    try:
        record = register.show(result.reference)
        sent = added(record) if record else None
        today = mapping.build_opportunity(record.enquiry).as_json() if record else {}
        before = sent or today
    except (UnreadableContentError, UnmappableEnquiryError) as error:
        return f" It will fail again: {error}."
    changed = sorted(key for key in today.keys() | before.keys() if before.get(key) != today.get(key))
    if not changed:
        return ""
    return f" It is sent by the forms file of today, which changes {', '.join(changed)}."
