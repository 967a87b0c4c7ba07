"""``leadform leads``: what was received, and how its delivery goes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from webapp.commands.failure import configuration, opened_database
from webapp.delivery.mapping import opportunity_of
from webapp.enquiry import DeliveryState, Enquiry, read_reference
from webapp.formfile.reader import Forms
from webapp.outbox.content import UnreadableContentError
from webapp.outbox.register import AttemptRow, DeliveryRow, Filter, Record, Register


class Moment(click.ParamType[datetime]):
    """A date or a date and time in ISO 8601; without an offset it is UTC."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment, or fail saying how to write one."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no date: write it like 2026-05-31 or 2026-05-31T14:00", param, ctx)


@click.group()
def leads() -> None:
    """See what was received and how its delivery goes."""


@leads.command("list")
@click.option("--state", type=click.Choice([each.value for each in DeliveryState]), help="Only this state.")
@click.option("--form", help="Only this form, by its slug.")
@click.option("--since", type=Moment(), help="Only what was received at or after this moment.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_leads(
    *, state: str | None, form: str | None, since: datetime | None, limit: int, as_json: bool
) -> None:
    """List deliveries, newest first."""
    settings, _ = configuration()
    with opened_database(settings) as database:
        rows = Register(database).list(Filter(state, form, since, limit))
    if as_json:
        for row in rows:
            click.echo(_json_line(asdict(row)))
        return
    if not rows:
        click.echo("No delivery matches." if state or form or since else "Nothing was received yet.")
        return
    _console().print(_table(rows))


@leads.command("show")
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show_lead(*, reference: str, as_json: bool) -> None:
    """Show one enquiry whole: answers, attribution, what was or will be sent, every attempt."""
    wanted = read_reference(reference)
    if wanted is None:
        raise click.ClickException(
            f"{reference!r} is no reference: one is ENQ- and eight characters, like ENQ-7F3K9QXD"
        )
    settings, forms = configuration()
    try:
        with opened_database(settings) as database:
            record = Register(database).show(wanted)
    except UnreadableContentError as error:
        raise click.ClickException(f"{wanted}: {error}") from error
    if record is None:
        raise click.ClickException(f"There is no enquiry {wanted}: leadform leads list shows what there is")
    whole = _whole(record, forms)
    if as_json:
        click.echo(_json_line(whole))
    else:
        _print_whole(whole)


def _json_line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    return _moment(value) if isinstance(value, datetime) else str(value)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _console() -> Console:
    """Return a console that prints what it is given: the platform's words may look like markup."""
    return Console(markup=False, highlight=False)


def _table(rows: Iterable[DeliveryRow]) -> Table:
    table = Table()
    for name in ("Reference", "State"):
        table.add_column(name, no_wrap=True)
    for name in ("Form", "Kind", "Received", "Opportunity", "Attempts", "Next attempt", "Last error"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(
            row.reference,
            row.state,
            row.form,
            row.kind,
            _moment(row.created_at),
            str(row.opportunity_id or ""),
            str(row.attempts),
            _moment(row.next_attempt_at) if row.next_attempt_at else "",
            row.last_error or "",
        )
    return table


def _whole(record: Record, forms: Forms) -> dict[str, Any]:
    enquiry = record.enquiry
    return {
        "reference": enquiry.reference,
        "form": enquiry.form,
        "received_at": enquiry.received_at,
        "answers": asdict(enquiry.answers),
        "consent": asdict(enquiry.consent) if enquiry.consent else None,
        "attribution": asdict(enquiry.attribution),
        "opportunity": _sent(record) or _to_be_sent(enquiry, forms),
        "deliveries": [
            {**asdict(delivery), "history": [_attempt(each) for each in history]}
            for delivery, history in record.deliveries
        ],
    }


def _sent(record: Record) -> dict[str, Any] | None:
    """Return the opportunity as it was last sent."""
    sent = [each.request for _, history in record.deliveries for each in history if each.request]
    return sent[-1] if sent else None


def _to_be_sent(enquiry: Enquiry, forms: Forms) -> dict[str, Any] | None:
    """Return the opportunity as it would be sent by the forms file of today."""
    form = forms.get(enquiry.form)
    return opportunity_of(enquiry, form).as_json() if form else None


def _attempt(attempt: AttemptRow) -> dict[str, Any]:
    seconds = (attempt.finished_at - attempt.started_at).total_seconds() if attempt.finished_at else None
    told = asdict(attempt)
    del told["request"]
    return {**told, "seconds": seconds}


def _print_whole(whole: dict[str, Any]) -> None:
    console = _console()
    console.print(
        f"{whole['reference']} by form {whole['form']}, {_moment(whole['received_at'])}", style="bold"
    )
    for section in ("answers", "consent", "attribution", "opportunity"):
        console.print(f"\n{section.capitalize()}", style="bold")
        content = whole[section]
        if content is not None:
            console.print(json.dumps(content, ensure_ascii=False, indent=2, default=_plain))
        else:
            console.print("none" if section != "opportunity" else "the form is no longer in the forms file")
    for delivery in whole["deliveries"]:
        console.print(f"\nDelivery ({delivery['kind']}): {delivery['state']}", style="bold")
        made = delivery["opportunity_id"] or "none yet"
        console.print(f"Opportunity: {made}; attempts: {delivery['attempts']}")
        console.print(_history(delivery["history"]))


def _history(attempts: Iterable[dict[str, Any]]) -> Table:
    table = Table("When", "What", "Seconds", "Outcome", "HTTP", "Code")
    table.add_column("Message", overflow="fold")
    for attempt in attempts:
        table.add_row(
            _moment(attempt["started_at"]),
            attempt["action"],
            f"{attempt['seconds']:.2f}" if attempt["seconds"] is not None else "",
            attempt["outcome"] or "not finished",
            str(attempt["http_status"] or ""),
            str(attempt["specific_code"] or ""),
            attempt["message"] or "",
        )
    return table
