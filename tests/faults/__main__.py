"""``make chaos``: minutes of trouble on each engine, with a seed that repeats its choices."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import SystemRandom

import click

from tests.conftest import ENGINES
from tests.faults import chaos
from tests.faults.arena import arena


@click.command()
@click.option("--seconds", default=120.0, show_default=True, help="How long to make trouble on each engine.")
@click.option("--seed", type=int, help="Repeats the choices of another run.  [default: a new one]")
@click.option("--engine", "engines", multiple=True, type=click.Choice(ENGINES), default=ENGINES)
def main(seconds: float, seed: int | None, engines: tuple[str, ...]) -> None:
    """Kill and lie at random while enquiries arrive, then balance the books."""
    chosen = SystemRandom().randrange(2**32) if seed is None else seed
    for engine in engines:
        click.echo(f"{engine}: {seconds:g} seconds of trouble by seed {chosen} …")
        with tempfile.TemporaryDirectory() as folder, arena(engine, Path(folder)) as (house, take_away):
            click.echo(f"{engine}, {chaos.run(house, chosen, seconds, take_away)}\n")


if __name__ == "__main__":
    main()
