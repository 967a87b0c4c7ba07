"""How ``leadform leads`` reads what people type and prints what the outbox holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console

from webapp.commands.json_lines import format_datetime
from webapp.enquiry import parse_reference
from webapp.outbox.queries import Pause


class DateTimeParam(click.ParamType[datetime]):
    """A date or a date and time in ISO 8601; without an offset it is UTC."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment, or fail saying how to write one."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not a date: write it like 2026-05-31 or 2026-05-31T14:00", param, ctx)


class Reference(click.ParamType[str]):
    """A reference as people type one: case, hyphen and prefix do not count."""

    name = "ref"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the reference, or end the command saying what one looks like."""
        del param, ctx
        reference = parse_reference(str(value))
        if reference is None:
            raise click.ClickException(
                f"{value!r} is not a reference: one is ENQ- and eight characters, like ENQ-7F3K9QXD"
            )
        return reference


def console() -> Console:
    """Return a console that prints what it is given: the platform's words may look like markup."""
    return Console(markup=False, highlight=False)


def tell_pause(pause: Pause | None) -> None:
    """Say on standard error that nothing is sent at the moment, if so."""
    if pause is not None:
        click.echo(f"Sending is paused since {format_datetime(pause.since)}: {pause.reason}", err=True)


def unknown_reference(reference: str) -> str:
    """Return the sentence for a reference that nobody was given."""
    return f"There is no enquiry {reference}: leadform leads list shows what there is"
