"""``leadform forms``: a forms file to start from, what a form asks and sends, and the schema for editors."""

from __future__ import annotations

import click

from webapp.commands.forms.import_ import import_forms
from webapp.commands.forms.schema import schema
from webapp.commands.forms.show import show_form


@click.group()
def forms() -> None:
    """Start a forms file, see what a form asks and sends, help an editor with it."""


for command in (import_forms, show_form, schema):
    forms.add_command(command)
