"""Processor time of a start, as a multiple of an empty Python's: ``make benchmark``.

Each turn starts everything once, an empty Python first, so that whatever else the machine does befalls all.
Modules are compiled beforehand into a temporary folder, as they are where leadform is installed. The list of
leads is measured twice, since a terminal gets a table and anything else gets lines. The targets are what we
aim at, not what the documentation promises, so the exit status is 0 whether they are met or not.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

import click

from tests.support.bulk_data import fill
from tests.support.processes import environment
from webapp.outbox.database import open_database
from webapp.outbox.migrations import upgrade

TURNS: Final = 11
DELIVERIES: Final = 100


@dataclass(frozen=True, slots=True)
class Start:
    """What is started, and its target: as a multiple of an empty Python's time, or in seconds."""

    name: str
    arguments: tuple[str, ...]
    max_ratio: float | None = None
    max_seconds: float | None = None
    on_terminal: bool = False

    def target(self, seconds: float, empty: float) -> str:
        """Return the target, and whether it is met."""
        if self.max_ratio is not None:
            return f"{self.max_ratio:g} times: {_verdict(met=seconds <= self.max_ratio * empty)}"
        if self.max_seconds is not None:
            return f"{self.max_seconds:g} s: {_verdict(met=seconds <= self.max_seconds)}"
        return "none"


EMPTY: Final = Start("an empty Python", ("-c", "pass"))
LIST: Final = ("-m", "webapp", "leads", "list")
STARTS: Final = (
    EMPTY,
    Start("leadform --help", ("-m", "webapp", "--help"), max_ratio=8),
    Start("leadform leads list", LIST, max_ratio=25),
    Start("leadform leads list, on a terminal", LIST, on_terminal=True),
    Start(
        "what a web process imports",
        ("-c", "import webapp.app, webapp.gunicorn_master, gunicorn.arbiter"),
        max_seconds=1,
    ),
)


@click.command()
def main() -> None:
    """Measure every start, and print a table of the medians."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/leadform.db"
        database = open_database(url)
        upgrade(database)
        fill(database, DELIVERIES)
        database.close()
        medians = _measure({**environment(url, "http://127.0.0.1:9"), **_compiling_into(folder)})
    click.echo(f"{'':36}{'processor time':>16}{'empty Pythons':>16}  target")
    for start, seconds in medians.items():
        ratio = seconds / medians[EMPTY]
        target = start.target(seconds, medians[EMPTY])
        click.echo(f"{start.name:36}{seconds * 1000:>13.0f} ms{ratio:>16.1f}  {target}")


def _measure(env: Mapping[str, str]) -> dict[Start, float]:
    """Return the median seconds of each start."""
    for start in STARTS:
        _processor_time(start, env)
    turns = [{start: _processor_time(start, env) for start in STARTS} for _ in range(TURNS)]
    return {start: statistics.median(turn[start] for turn in turns) for start in STARTS}


def _compiling_into(folder: str) -> dict[str, str]:
    """Return the variables by which compiled modules are kept there, and a terminal that has a width."""
    return {"PYTHONPYCACHEPREFIX": f"{folder}/compiled", "COLUMNS": "120"}


def _processor_time(start: Start, env: Mapping[str, str]) -> float:
    with _output(on_terminal=start.on_terminal) as output:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(  # noqa: S603 (our own commands)
            [sys.executable, *start.arguments], env=env, check=True, stdout=output
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@contextmanager
def _output(*, on_terminal: bool) -> Iterator[int]:
    """Open what a command writes to: nothing, or a terminal that is read all the while."""
    if not on_terminal:
        yield subprocess.DEVNULL
        return
    screen, terminal = os.openpty()
    reader = threading.Thread(target=_read_all, args=(screen,))
    reader.start()
    try:
        yield terminal
    finally:
        os.close(terminal)
        reader.join()
        os.close(screen)


def _read_all(screen: int) -> None:
    with suppress(OSError):  # which is how a terminal says that it is closed
        while os.read(screen, 65536):
            pass


def _verdict(*, met: bool) -> str:
    return "met" if met else "missed"


if __name__ == "__main__":
    main()
