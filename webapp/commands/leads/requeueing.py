"""What ``leadform leads retry`` and ``release`` share: the references that people name, and those refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click

from webapp.commands.leads.printing import unknown_reference
from webapp.outbox.requeue import Requeued


def requeue_all(
    references: Iterable[str], requeue: Callable[[str], list[Requeued]]
) -> tuple[list[Requeued], list[str]]:
    """Return the results for the references, and the references that do not exist."""
    results, unknown = [], []
    for reference in dict.fromkeys(references):
        found = requeue(reference)
        results += found
        if not found:
            unknown.append(reference)
    return results, unknown


def fail(unknown: Iterable[str], held: Iterable[str] = ()) -> None:
    """End the command if there are references that do not exist, or that a retry leaves held."""
    faults = [unknown_reference(reference) for reference in unknown]
    faults += [f"{reference} is held: leadform leads release {reference} lets it go" for reference in held]
    if faults:
        raise click.ClickException("\n".join(faults))
