"""``leadform leads``: what was received, how its delivery goes, and what people may do about it."""

from __future__ import annotations

import click

from webapp.commands.leads.list import list_leads
from webapp.commands.leads.retry import release, retry
from webapp.commands.leads.show import show_lead


@click.group()
def leads() -> None:
    """See what was received and how its delivery goes; send again what failed."""


for command in (list_leads, show_lead, retry, release):
    leads.add_command(command)
