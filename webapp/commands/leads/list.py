"""``leadform leads list``: deliveries, newest first."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Final

import click

from webapp.commands.command_faults import settings_alone
from webapp.commands.database import opened_database
from webapp.commands.json_lines import format_datetime, json_line
from webapp.commands.leads.printing import DateTimeParam, console, print_pause
from webapp.enquiry import DeliveryState
from webapp.outbox.queries import DeliveryQueries, DeliveryRow, Filter

HEADINGS: Final = (
    *("Reference", "State", "Form", "Kind", "Received"),
    *("Opportunity", "Attempts", "Next attempt", "Last error"),
)


@click.command("list")
@click.option("--state", type=click.Choice([state.value for state in DeliveryState]), help="Only this state.")
@click.option("--form", help="Only this form, by its slug.")
@click.option("--since", type=DateTimeParam(), help="Only what was received at or after this moment.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_leads(
    *, state: str | None, form: str | None, since: datetime | None, limit: int, as_json: bool
) -> None:
    """List deliveries, newest first."""
    with opened_database(settings_alone(), read_only=True) as database:
        register = DeliveryQueries(database)
        rows = register.list(Filter(DeliveryState(state) if state else None, form, since, limit))
        print_pause(register.pause())
    if as_json:
        for row in rows:
            click.echo(json_line(asdict(row)))
        return
    if not rows:
        click.echo("No delivery matches." if state or form or since else "Nothing was received yet.")
        return
    cells = [_cells(row) for row in rows]
    if sys.stdout.isatty():
        _print_table(cells)
    else:
        _print_lines(cells)


def _cells(row: DeliveryRow) -> tuple[str, ...]:
    return (
        row.reference,
        row.state,
        row.form,
        row.kind,
        format_datetime(row.created_at),
        str(row.opportunity_id or ""),
        str(row.attempts),
        format_datetime(row.next_attempt_at) if row.next_attempt_at else "",
        row.last_error or "",
    )


def _print_table(rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows for a terminal, folded to its width."""
    from rich.table import Table  # noqa: PLC0415 (slow to import, and only a terminal has a width)

    table = Table()
    for name in HEADINGS:
        # A reference is copied from here, and a folded one cannot be.
        is_whole = name in {"Reference", "State"}
        table.add_column(name, no_wrap=is_whole, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table)


def _print_lines(rows: Iterable[tuple[str, ...]]) -> None:
    """Print one line for each row, for programs that read lines; ``-`` stands in for what is empty."""
    lines = [HEADINGS, *(tuple(" ".join(cell.split()) or "-" for cell in row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())
