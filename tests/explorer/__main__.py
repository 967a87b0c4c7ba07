"""``make explore``: every schedule with a few faults, and every safeguard taken out in its turn."""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import click

from tests.explorer.mutants import MUTANTS, explore_without
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
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        if mutants or mutant:
            chosen = [mutant] if mutant else list(MUTANTS)
            missed = [
                name
                for name, report in zip(chosen, pool.map(explore_without, chosen), strict=True)
                if not _show_mutant(name, report)
            ]
            sys.exit(f"not found: {', '.join(missed)}" if missed else 0)
        reports = list(map(_show_world, pool.map(partial(explore, faults=faults), worlds or WORLDS)))
    sys.exit(any(report.violation for report in reports))


def _show_world(report: Report) -> Report:
    reached = " + ".join(f"{states:,}" for states in report.states)
    click.echo(
        f"{report.world}: {report.total:,} states ({reached} by the fewest faults), {report.moves:,} moves, "
        f"{report.at_rest:,} at rest; {report.schedules:,} schedules, "
        f"in {report.seconds:.0f} s of processor time"
    )
    if report.violation:
        _show(report.violation, f"--world {report.world}")
    else:
        click.echo("  all were visited, and nothing is broken")
    return report


def _show_mutant(name: str, report: Report) -> bool:
    """Tell what was found without a safeguard, and say whether anything was."""
    click.echo(f"\n{name}: without {MUTANTS[name].safeguard}")
    click.echo(
        f"  {report.total:,} states, {report.moves:,} moves, in {report.seconds:.0f} s of processor time"
    )
    if report.violation is None:
        click.echo("  NOT FOUND")
        return False
    _show(report.violation, f"--mutant {name}")
    return True


def _replay(schedule: str, worlds: tuple[str, ...], mutant: str | None) -> None:
    if mutant:
        with MUTANTS[mutant].patch():
            lines = replay(MUTANTS[mutant].world, schedule)
    else:
        lines = replay(worlds[0] if worlds else "enquiry", schedule)
    click.echo("\n".join(lines))


def _show(violation: Violation, options: str) -> None:
    click.echo(
        f"  BROKEN with {violation.faults} fault{'' if violation.faults == 1 else 's'}: {violation.broken}"
    )
    for words in violation.words:
        click.echo(f"    {words}")
    click.echo(f"  again: python -m tests.explorer {options} --replay {violation.replay}")


if __name__ == "__main__":
    main()
