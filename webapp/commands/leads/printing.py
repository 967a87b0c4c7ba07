"""How ``leadform leads`` reads what people type and prints what the outbox holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from webapp.commands.json_lines import format_datetime
from webapp.enquiry import parse_reference
from webapp.outbox.queries import Pause

if TYPE_CHECKING:
    from rich.console import Console


class DateTimeParam(click.ParamType[datetime]):
    """A date or a date and time in ISO 8601; without an offset it is UTC."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the time, or fail and say how to write one."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not a date: write it like 2026-05-31 or 2026-05-31T14:00", param, ctx)


class Reference(click.ParamType[str]):
    """A reference as people type it: case, hyphen and prefix do not matter."""

    name = "ref"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the reference, or end the command and say what one looks like."""
        del param, ctx
        reference = parse_reference(str(value))
        if reference is None:
            raise click.ClickException(
                f"{value!r} is not a reference: one is ENQ- and eight characters, like ENQ-7F3K9QXD"
            )
        return reference


def console() -> Console:
    """Return a console that prints text as it is: the platform's words may look like markup."""
    from rich.console import Console  # noqa: PLC0415 (slow to import, and programs read no tables)

    return Console(markup=False, highlight=False)


def print_pause(pause: Pause | None) -> None:
    """Say on standard error that sending is paused, if it is."""
    if pause is not None:
        click.echo(f"Sending has been paused since {format_datetime(pause.since)}: {pause.reason}", err=True)


def unknown_reference(reference: str) -> str:
    """Return the sentence for a reference that does not exist."""
    return f"There is no enquiry {reference}: leadform leads list shows what there is"
