"""Processor time of a start, as a multiple of an empty Python's: ``make benchmark``.

Each turn starts everything once, an empty Python first, so that other load on the machine affects all alike.
Modules are compiled beforehand into a temporary folder, as in an installation.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import Final

import click

from tests.support.bulk_data import fill
from tests.support.processes import environment
from webapp.outbox.database import open_database
from webapp.outbox.migrations import upgrade

TURNS: Final = 11
DELIVERIES: Final = 100
EMPTY: Final = ("-c", "pass")
STARTS: Final = {
    "leadform --help": ("-m", "webapp", "--help"),
    "leadform leads list": ("-m", "webapp", "leads", "list"),
    "what a web process imports": ("-c", "import webapp.app, webapp.gunicorn_master, gunicorn.arbiter"),
}
MAX_RATIO: Final = {"leadform --help": 8.0, "leadform leads list": 25.0}
MAX_SECONDS: Final = {"what a web process imports": 1.0}


@click.command()
def main() -> None:
    """Measure, and fail if a start takes too long."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/leadform.db"
        database = open_database(url)
        upgrade(database)
        fill(database, DELIVERIES)
        database.close()
        env = {**environment(url, "http://127.0.0.1:9"), "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
        empty, seconds = _measure(env)
    click.echo(f"an empty Python: {empty * 1000:.1f} ms of processor time")
    slow = []
    for name, taken in seconds.items():
        ratio = taken / empty
        click.echo(f"{name}: {taken * 1000:.0f} ms, {ratio:.1f} times an empty Python")
        if ratio > MAX_RATIO.get(name, ratio) or taken > MAX_SECONDS.get(name, taken):
            slow.append(name)
    if slow:
        sys.exit(f"Too slow to start: {', '.join(slow)}.")


def _measure(env: Mapping[str, str]) -> tuple[float, dict[str, float]]:
    """Return the median seconds of an empty Python, and of each start."""
    for arguments in STARTS.values():
        _processor_time(arguments, env)
    turns = [
        (_processor_time(EMPTY, env), {name: _processor_time(start, env) for name, start in STARTS.items()})
        for _ in range(TURNS)
    ]
    medians = {name: statistics.median(turn[name] for _, turn in turns) for name in STARTS}
    return statistics.median(empty for empty, _ in turns), medians


def _processor_time(arguments: tuple[str, ...], env: Mapping[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(  # noqa: S603 (our own commands)
        [sys.executable, *arguments], env=env, check=True, stdout=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
