"""``leadform forms import``: a forms file to start from, by the account's own lists."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

import click

from webapp.commands.misconfigured import settings_alone
from webapp.commands.platform_client import make_client
from webapp.enquiry import utc_now
from webapp.files.path_faults import NOT_ALLOWED, explain
from webapp.formfile.scaffold import EmptyAccountError, starting_forms
from webapp.formfile.whole_file import write_whole
from webapp.platform.account_lists import read_account
from webapp.platform.errors import PlatformError

READABLE: Final = 0o644


@click.command("import")
@click.option(
    "--output",
    type=click.Path(dir_okay=False),
    help="The file to write, - for the screen.  [default: FORMS_FILE]",
)
@click.option("--venue", type=click.IntRange(1), help="A form for this venue alone, by its id.")
@click.option("--force", is_flag=True, help="Take the place of a file that is there.")
def import_forms(*, output: str | None, venue: int | None, force: bool) -> None:
    """Write a forms file to start from, with the ids of the account's venues, types, sources and stages."""
    settings = settings_alone()
    path = Path(output) if output else settings.forms_file
    is_file = output != "-"
    if is_file and _is_there(path) and not force:
        raise click.ClickException(f"{path} is there: name another by --output, or replace it by --force")
    try:
        text = starting_forms(read_account(make_client(settings), utc_now()), venue)
    except (PlatformError, EmptyAccountError) as error:
        raise click.ClickException(str(error)) from error
    if not is_file:
        click.echo(text, nl=False)
        return
    try:
        _write(path, text)
    except OSError as error:
        # Where writing is forbidden it is the folder that forbids it, where the file beside was to be.
        asked = error.filename if error.errno in NOT_ALLOWED else path
        raise click.ClickException(f"{path} cannot be written: {explain(error, asked)}") from error
    click.echo(f"{path} is written: put your own words in it, then see leadform check.")


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise click.ClickException(f"{path} cannot be looked at: {explain(error, path)}") from error
    return True


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all; one whose place it takes leaves it its mode."""
    path = Path(os.path.realpath(path))  # a link stays a link
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else READABLE
    write_whole(path, text.encode(), mode)
