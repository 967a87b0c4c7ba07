"""``leadform check``: is everything right, and what to do where it is not."""

from __future__ import annotations

import sys
from typing import Any

import click

from webapp.commands.diagnostics import CheckResult, Failed, check_everything
from webapp.commands.json_lines import json_line


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--offline", is_flag=True, help="Ask the platform nothing.")
def check(*, as_json: bool, offline: bool) -> None:
    """Look at settings, forms, addresses, database, platform, clock, and every id that the forms name.

    Each line says ok, or what is wrong and what to do. The exit status is 1 when anything is wrong.
    """
    is_right = True
    for result in check_everything(offline=offline):
        click.echo(json_line(_record(result)) if as_json else _line(result))
        is_right = is_right and not isinstance(result, Failed)
    sys.exit(0 if is_right else 1)


def _record(result: CheckResult) -> dict[str, Any]:
    if isinstance(result, Failed):
        return {"check": result.check, "ok": False, **result.fault.as_record()}
    nothing = dict.fromkeys(("message", "what_to_do", "form", "key", "source", "line"))
    return {"check": result.check, "ok": True, **nothing, "message": result.message, "form": result.form}


def _line(result: CheckResult) -> str:
    if isinstance(result, Failed):
        return f"FAULT  {result.check}: {result.fault}"
    what = f"forms.{result.form}: {result.message}" if result.form else result.message
    return f"ok     {result.check}: {what}"
