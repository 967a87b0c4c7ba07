"""``make explore``: every schedule with a few faults, and every safeguard taken out in its turn."""

from __future__ import annotations

import sys

import click

from tests.explorer.mutants import MUTANTS, Mutant
from tests.explorer.search import Report, Violation, explore, replay
from tests.explorer.worlds import WORLDS


@click.command()
@click.option("--faults", default=2, show_default=True, help="The most faults that a schedule may have.")
@click.option("--world", "worlds", multiple=True, type=click.Choice(list(WORLDS)), help="Only these worlds.")
@click.option("--mutants", is_flag=True, help="Take each safeguard out, and find what that breaks.")
@click.option("--mutant", type=click.Choice(list(MUTANTS)), help="Only this safeguard.")
@click.option("--replay", "schedule", help="Go through one schedule, as the explorer printed it.")
def main(
    faults: int, worlds: tuple[str, ...], mutant: str | None, schedule: str | None, *, mutants: bool
) -> None:
    """Visit every state that schedules with at most so many faults reach."""
    if schedule is not None:
        _replay(schedule, worlds, mutant)
        return
    if mutants or mutant:
        chosen = {mutant: MUTANTS[mutant]} if mutant else MUTANTS
        missed = [name for name, one in chosen.items() if not _is_found(name, one)]
        sys.exit(f"not found: {', '.join(missed)}" if missed else 0)
    reports = [_explored(world, faults) for world in worlds or WORLDS]
    sys.exit(any(report.violation for report in reports))


def _explored(world: str, faults: int) -> Report:
    report = explore(world, faults)
    reached = " + ".join(f"{states:,}" for states in report.states)
    click.echo(
        f"{world}: {report.total:,} states ({reached} by the fewest faults), {report.moves:,} moves, "
        f"{report.at_rest:,} at rest, in {report.seconds:.0f} s"
    )
    if report.violation:
        _show(report.violation, f"--world {world}")
    else:
        click.echo("  all were visited, and nothing is broken")
    return report


def _is_found(name: str, mutant: Mutant) -> bool:
    click.echo(f"\n{name}: without {mutant.safeguard}")
    with mutant.patch():
        report = explore(mutant.world, mutant.faults)
    click.echo(f"  {report.total:,} states, {report.moves:,} moves, in {report.seconds:.0f} s")
    if report.violation is None:
        click.echo("  NOT FOUND")
        return False
    _show(report.violation, f"--world {mutant.world} --mutant {name}")
    return True


def _replay(schedule: str, worlds: tuple[str, ...], mutant: str | None) -> None:
    if mutant:
        with MUTANTS[mutant].patch():
            lines = replay(MUTANTS[mutant].world, schedule)
    else:
        lines = replay(worlds[0] if worlds else "enquiry", schedule)
    click.echo("\n".join(lines))


def _show(violation: Violation, options: str) -> None:
    click.echo(f"  BROKEN with {violation.faults} faults: {violation.broken}")
    for words in violation.words:
        click.echo(f"    {words}")
    click.echo(f"  again: python -m tests.explorer {options} --replay {violation.replay}")


if __name__ == "__main__":
    main()
