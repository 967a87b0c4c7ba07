"""``leadform check``: is everything right, and what to do where it is not."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from webapp.commands.diagnostics import CheckResult, findings
from webapp.commands.leads.printing import json_line


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--offline", is_flag=True, help="Ask the platform nothing.")
def check(*, as_json: bool, offline: bool) -> None:
    """Look at settings, forms, addresses, database, platform, clock, and every id that the forms name.

    Each line says ok, or what is wrong and what to do. The exit status is 1 when anything is wrong.
    """
    is_right = True
    for finding in findings(offline=offline):
        click.echo(json_line(asdict(finding)) if as_json else _line(finding))
        is_right = is_right and finding.ok
    sys.exit(0 if is_right else 1)


def _line(finding: CheckResult) -> str:
    where = finding.key or (f"forms.{finding.form}" if finding.form else "")
    what = f"{where}: {finding.message}" if where else finding.message
    if finding.ok:
        return f"ok     {finding.check}: {what}"
    return f"FAULT  {finding.check}: {what}: {finding.what_to_do}"
