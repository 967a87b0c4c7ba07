"""How long a visitor waits while others are slow, with gunicorn's threaded worker and with leadform's.

Both serve the same forms with two processes of eight threads. Then wrk requests pages from each in turn, so
that other load on the machine affects both alike. ``python -m benchmarks.slow_clients`` takes minutes.
"""

from __future__ import annotations

import contextlib
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Final

import click
import requests

from tests.server.slow import half_a_body, half_a_head, lingering, not_reading, silent
from tests.server.web_server import WebServer, serving
from tests.support.processes import PROJECT
from webapp.outbox.database import open_database
from webapp.outbox.migrations import upgrade

PATIENCE: Final = 20.0
LOADS: Final = (
    ("nobody", 0, silent),
    ("idle", 60, silent),
    ("idle", 1_100, silent),
    ("idle", 5_000, silent),
    ("half a head", 60, half_a_head),
    ("half a head", 1_100, half_a_head),
    ("half a body", 60, half_a_body),
    ("half a body", 1_100, half_a_body),
    ("not reading", 60, not_reading),
    ("not closing", 60, lingering),
)
TURNS: Final = 5
SECONDS: Final = 4
MIN_RATIO: Final = 0.9


@click.command()
def main() -> None:
    """Measure both, and fail if leadform's keeps a visitor waiting or is slower."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        plain, buffering = (stack.enter_context(_server(folder, name)) for name in ("gthread", ""))
        click.echo("a visitor is answered after, with gthread and with leadform's worker:")
        waits = [_compare(load, count, behave, plain, buffering) for load, count, behave in LOADS]
        ratio = _throughput(plain, buffering)
    if max(waits) >= PATIENCE or ratio < MIN_RATIO:
        sys.exit("Somebody waited too long, or pages come more slowly.")


def _server(folder: Path, worker_class: str) -> AbstractContextManager[WebServer]:
    folder = Path(tempfile.mkdtemp(dir=folder))
    database = folder / "migrated.db"
    opened = open_database(f"sqlite:///{database}")
    upgrade(opened)
    opened.close()
    config = folder / "benchmark.conf.py"
    project = PROJECT / "gunicorn.conf.py"
    changed = f"worker_class = {worker_class!r}\n" if worker_class else ""
    config.write_text(f"exec(open({str(project)!r}).read())\n{changed}")
    return serving(folder, database, config=config, WEB_CONCURRENCY="2")


def _compare(
    load: str, count: int, behave: Callable[..., None], plain: WebServer, buffering: WebServer
) -> float:
    waits = [_wait(server, count, behave) for server in (plain, buffering)]
    shown = [f"{wait:8.3f} s" if wait < PATIENCE else f"> {PATIENCE:g} s    " for wait in waits]
    click.echo(f"  {count:5,} {load:12} {shown[0]} {shown[1]}")
    return waits[1]


def _wait(server: WebServer, count: int, behave: Callable[..., None]) -> float:
    """Return the seconds until a page arrives, at most PATIENCE."""
    with ExitStack() as stack:
        for _ in range(count):
            try:
                behave(stack.enter_context(server.connect(receive_buffer=4096)))
            except OSError:  # the server accepts no more
                break
        began = time.perf_counter()
        try:
            requests.get(f"{server.visitor.address}/f/weddings", timeout=PATIENCE)
            waited = time.perf_counter() - began
        except requests.RequestException:
            waited = PATIENCE
    server.visitor.wait_until_served()
    return waited


def _throughput(plain: WebServer, buffering: WebServer) -> float:
    turns = [(_pages(plain), _pages(buffering)) for _ in range(TURNS)]
    pages, rates = [], []
    for measured in zip(*turns, strict=True):
        made, took = zip(*measured, strict=True)
        pages.append(sum(made))
        rates.append(sum(made) / sum(took))
    ratio: float = rates[1] / rates[0]
    click.echo(
        f"pages in {TURNS * SECONDS} s: {pages[0]:,} and {pages[1]:,}: ratio {pages[1] / pages[0]:.2f}"
    )
    click.echo(f"pages for a second of processor time: {rates[0]:.0f} and {rates[1]:.0f}: ratio {ratio:.2f}")
    return ratio


def _pages(server: WebServer) -> tuple[int, float]:
    """Return how many pages the server delivers in SECONDS, and the processor time it needs for them."""
    began = _processor_time(server)
    command = ["wrk", "-t1", "-c16", f"-d{SECONDS}s", f"{server.visitor.address}/f/weddings"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 (ours)
    found = re.search(r"(\d+) requests in", output)
    if found is None or "Non-2xx" in output:
        raise AssertionError(output)
    return int(found[1]), _processor_time(server) - began


def _processor_time(server: WebServer) -> float:
    """Return the seconds that the server's worker processes have used."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # processes end
            _, parent, *rest = path.read_text().rpartition(")")[2].split()
            if int(parent) == server.process.pid:
                ticks += int(rest[9]) + int(rest[10])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
