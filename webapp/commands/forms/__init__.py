"""``leadform forms``: a forms file to start from, what a form asks and sends, and the schema for editors."""

from __future__ import annotations

from typing import Final

import click

from webapp.commands.lazy_group import LazyCommand, LazyGroup

COMMANDS: Final = {
    "import": LazyCommand(
        "webapp.commands.forms.import_:import_forms", "Write a forms file with the ids of the account."
    ),
    "show": LazyCommand(
        "webapp.commands.forms.show:show_form", "Show what a form asks and where each answer goes."
    ),
    "schema": LazyCommand("webapp.commands.forms.schema:schema", "Print the JSON Schema of the forms file."),
}


@click.group(cls=LazyGroup, lazy_commands=COMMANDS)
def forms() -> None:
    """Start a forms file, see what a form asks and sends, help an editor with it."""
