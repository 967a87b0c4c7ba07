"""``make chaos``: minutes of random faults on each engine, with a seed that repeats the choices."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import SystemRandom

import click

from tests.conftest import ENGINES
from tests.faults import chaos
from tests.faults.chaos_rig import chaos_rig


@click.command()
@click.option("--seconds", default=120.0, show_default=True, help="How long to inject faults on each engine.")
@click.option("--seed", type=int, help="Repeat the choices of an earlier run.  [default: a new one]")
@click.option("--engine", "engines", multiple=True, type=click.Choice(ENGINES), default=ENGINES)
def main(seconds: float, seed: int | None, engines: tuple[str, ...]) -> None:
    """Inject faults at random while enquiries arrive, then check that none was lost or doubled."""
    chosen = SystemRandom().randrange(2**32) if seed is None else seed
    for engine in engines:
        click.echo(f"{engine}: {seconds:g} seconds of faults, seed {chosen} …")
        with (
            tempfile.TemporaryDirectory() as folder,
            chaos_rig(engine, Path(folder)) as (rig, interrupt_database),
        ):
            click.echo(f"{engine}, {chaos.run(rig, chosen, seconds, interrupt_database)}\n")


if __name__ == "__main__":
    main()
