"""``leadform leads``: what was received, how its delivery goes, and what people may do about it.

``printing.py`` has what all its commands print, and ``requeueing.py`` what ``retry`` and ``release`` share.
"""

from __future__ import annotations

from typing import Final

import click

from webapp.commands.lazy_group import LazyCommand, LazyGroup

COMMANDS: Final = {
    "list": LazyCommand("webapp.commands.leads.list:list_leads", "List deliveries, newest first."),
    "show": LazyCommand("webapp.commands.leads.show:show_lead", "Show one enquiry, with every attempt."),
    "retry": LazyCommand(
        "webapp.commands.leads.retry:retry", "Send again what failed, and at once what waits."
    ),
    "release": LazyCommand(
        "webapp.commands.leads.release:release", "Let enquiries go that were held as suspected spam."
    ),
}


@click.group(cls=LazyGroup, lazy_commands=COMMANDS)
def leads() -> None:
    """See what was received and how its delivery goes; send again what failed."""
