"""``leadform leads show``: one enquiry with everything that is known, and every attempt."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import click
from rich.table import Table

from webapp.commands.database import opened_database
from webapp.commands.json_lines import format_datetime, json_line, to_json
from webapp.commands.leads.printing import Reference, console, unknown_reference
from webapp.commands.runtime import configuration
from webapp.delivery.current_forms import CurrentForms, UnmappableEnquiryError
from webapp.enquiry import DeliveryKind, Enquiry
from webapp.outbox.queries import AttemptRow, DeliveryQueries, Record
from webapp.outbox.serialization import UnreadableContentError


@click.command("show")
@click.argument("reference", type=Reference(), metavar="REF")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show_lead(*, reference: str, as_json: bool) -> None:
    """Show one enquiry whole: answers, attribution, what was or will be sent, every attempt."""
    settings, forms = configuration()
    try:
        with opened_database(settings, read_only=True) as database:
            record = DeliveryQueries(database).show(reference)
    except UnreadableContentError as error:
        raise click.ClickException(f"{reference}: {error}") from error
    if record is None:
        raise click.ClickException(unknown_reference(reference))
    whole = _whole(record, CurrentForms(lambda: forms, settings.public_url))
    if as_json:
        click.echo(json_line(whole))
    else:
        _print_whole(whole)


def _whole(record: Record, mapping: CurrentForms) -> dict[str, Any]:
    enquiry = record.enquiry
    return {
        "reference": enquiry.reference,
        "form": enquiry.form,
        "received_at": enquiry.received_at,
        "answers": asdict(enquiry.answers),
        "consent": asdict(enquiry.consent) if enquiry.consent else None,
        "attribution": asdict(enquiry.attribution),
        "language": enquiry.language or None,
        "amendments": [
            {"changed_at": amendment.changed_at, "answers": asdict(amendment.answers)}
            for amendment in record.amendments
        ],
        "opportunity": added(record) or _to_be_sent(enquiry, mapping),
        "deliveries": [
            {
                **asdict(delivery),
                "sent": _last_sent(history),
                "history": [_attempt(attempt) for attempt in history],
            }
            for delivery, history in record.deliveries
        ],
    }


def added(record: Record) -> dict[str, Any] | None:
    """Return the opportunity as it was last sent by the delivery that adds it."""
    sent = [
        _last_sent(history) for delivery, history in record.deliveries if delivery.kind == DeliveryKind.ADD
    ]
    return next(iter(sent), None)


def _last_sent(history: Iterable[AttemptRow]) -> dict[str, Any] | None:
    sent = [attempt.request for attempt in history if attempt.request]
    return sent[-1] if sent else None


def _to_be_sent(enquiry: Enquiry, mapping: CurrentForms) -> dict[str, Any] | None:
    """Return the opportunity as today's forms file would make it."""
    try:
        return mapping.build_opportunity(enquiry).as_json()
    except UnmappableEnquiryError:
        return None


def _attempt(attempt: AttemptRow) -> dict[str, Any]:
    seconds = (attempt.finished_at - attempt.started_at).total_seconds() if attempt.finished_at else None
    told = asdict(attempt)
    del told["request"]
    return {**told, "seconds": seconds}


def _print_whole(whole: dict[str, Any]) -> None:
    out = console()
    out.print(
        f"{whole['reference']} by form {whole['form']}, {format_datetime(whole['received_at'])}", style="bold"
    )
    for section in ("answers", "consent", "attribution", "opportunity"):
        out.print(f"\n{section.capitalize()}", style="bold")
        content = whole[section]
        if content is not None:
            out.print(json.dumps(content, ensure_ascii=False, indent=2, default=to_json))
        else:
            out.print("none" if section != "opportunity" else "the form is no longer in the forms file")
    for amendment in whole["amendments"]:
        out.print(f"\nChanged {format_datetime(amendment['changed_at'])}", style="bold")
        out.print(json.dumps(amendment["answers"], ensure_ascii=False, indent=2, default=to_json))
    for delivery in whole["deliveries"]:
        out.print(f"\nDelivery ({delivery['kind']}): {delivery['state']}", style="bold")
        made = delivery["opportunity_id"] or "none yet"
        out.print(f"Opportunity: {made}; attempts: {delivery['attempts']}")
        out.print(_history(delivery["history"]))
        if delivery["kind"] == DeliveryKind.UPDATE and delivery["sent"]:
            out.print(json.dumps(delivery["sent"], ensure_ascii=False, indent=2, default=to_json))


def _history(attempts: Iterable[dict[str, Any]]) -> Table:
    table = Table("When", "What", "Seconds", "Outcome", "HTTP", "Code")
    table.add_column("Message", overflow="fold")
    for attempt in attempts:
        table.add_row(
            format_datetime(attempt["started_at"]),
            attempt["action"],
            f"{attempt['seconds']:.2f}" if attempt["seconds"] is not None else "",
            attempt["outcome"] or "not finished",
            str(attempt["http_status"] or ""),
            str(attempt["specific_code"] or ""),
            attempt["message"] or "",
        )
    return table
