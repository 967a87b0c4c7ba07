"""``leadform forms import``: a forms file to start from, made from the account's own lists."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

import click

from webapp.commands.command_faults import settings_alone
from webapp.commands.platform_client import make_client
from webapp.enquiry import utc_now
from webapp.files.atomic_write import write_atomically
from webapp.files.path_faults import NOT_ALLOWED, explain
from webapp.formfile.scaffold import EmptyAccountError, scaffold_forms
from webapp.platform.account_lists import read_account
from webapp.platform.errors import PlatformError

READABLE: Final = 0o644


@click.command("import")
@click.option(
    "--output",
    type=click.Path(dir_okay=False),
    help="The file to write, - for the screen.  [default: FORMS_FILE]",
)
@click.option("--venue", type=click.IntRange(1), help="Only a form for this venue, by its id.")
@click.option("--force", is_flag=True, help="Replace a file that exists.")
def import_forms(*, output: str | None, venue: int | None, force: bool) -> None:
    """Write a forms file to start from, with the ids of the account's venues, types, sources and stages."""
    settings = settings_alone()
    path = Path(output) if output else settings.forms_file
    is_file = output != "-"
    if is_file and _is_there(path) and not force:
        raise click.ClickException(f"{path} exists: name another with --output, or replace it with --force")
    try:
        text = scaffold_forms(read_account(make_client(settings), utc_now()), venue)
    except (PlatformError, EmptyAccountError) as error:
        raise click.ClickException(str(error)) from error
    if not is_file:
        click.echo(text, nl=False)
        return
    try:
        _write(path, text)
    except OSError as error:
        # When writing is forbidden, it is by the folder, in which a temporary file is made.
        asked = error.filename if error.errno in NOT_ALLOWED else path
        raise click.ClickException(f"{path} cannot be written: {explain(error, asked)}") from error
    click.echo(f"Wrote {path}: put your own words in it, then run leadform check.")


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise click.ClickException(f"{path} cannot be looked at: {explain(error, path)}") from error
    return True


def _write(path: Path, text: str) -> None:
    """Write a file atomically; a file that it replaces keeps its mode."""
    path = Path(os.path.realpath(path))  # a link stays a link
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else READABLE
    write_atomically(path, text.encode(), mode)
