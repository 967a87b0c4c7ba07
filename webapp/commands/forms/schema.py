"""``leadform forms schema``: the JSON Schema of ``forms.toml``, for editors."""

from __future__ import annotations

import json

import click

from webapp.formfile.json_schema import forms_schema


@click.command()
def schema() -> None:
    """Print the JSON Schema of the forms file, for an editor that completes and checks it."""
    click.echo(json.dumps(forms_schema(), ensure_ascii=False, indent=2))
