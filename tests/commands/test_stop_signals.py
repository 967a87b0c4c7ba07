"""How long-running commands react to signals and to the end of their parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.faults.programs import Program, program
from tests.support.clock import Clock
from tests.support.enquiries import an_enquiry
from tests.support.process_table import children_of, is_running
from tests.support.processes import PROJECT, Visitor, environment, free_port, wait_for
from webapp.commands.stop_signals import StopSignals
from webapp.enquiry import utc_now
from webapp.outbox.database import Database
from webapp.outbox.queries import DeliveryQueries, Filter
from webapp.outbox.store import EnquiryStore, Submission
from webapp.sandbox import SandboxServer

pytestmark = pytest.mark.engines("sqlite")  # nothing here depends on the engine

SLOW = {"DELIVERY_TIMEOUT": "60", "DELIVERY_LEASE": "120"}


@pytest.fixture
def env(database: Database, database_url: str, sandbox: SandboxServer) -> dict[str, str]:
    """The environment of a command, with one enquiry waiting in its database."""
    enquiry = an_enquiry(utc_now())
    EnquiryStore(database).accept(enquiry, Submission(enquiry.reference, "digest"))
    return environment(database_url, sandbox.url, PORT=str(free_port()), **SLOW)


def states(database: Database) -> list[str]:
    return [row.state for row in DeliveryQueries(database).list(Filter())]


def with_descendants(pid: int) -> set[int]:
    """Return a process and every process that descends from it."""
    return {pid}.union(*map(with_descendants, children_of(pid)))


def alive(pids: set[int]) -> set[int]:
    """Return those that still run."""
    return {pid for pid in pids if is_running(pid)}


def send(pids: set[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


@contextmanager
def all_processes(started: Program) -> Iterator[set[int]]:
    """Yield every process of a command, and kill what is left of them after the block."""
    processes = with_descendants(started.pid)
    try:
        yield processes
    finally:
        send(alive(processes), signal.SIGKILL)


@pytest.mark.long
def test_the_send_finishes_when_every_process_gets_sigterm_thrice(
    env: dict[str, str], database: Database, sandbox: SandboxServer, tmp_path: Path
) -> None:
    sandbox.faults.hang()
    with program("webapp", "serve", "--host", "127.0.0.1", env=env, folder=tmp_path) as serve:
        wait_for(sandbox.opportunities, "the request has arrived")
        Visitor(int(env["PORT"])).wait_until_served()
        with all_processes(serve) as processes:
            for _ in range(3):  # from systemd, passed on by serve, and from an impatient operator
                send(processes, signal.SIGTERM)
                wait_for(lambda: not any(map(_has_pending_sigterm, processes)), "the signals are taken")
            sandbox.faults.release()
            assert serve.wait() == 0
            assert alive(processes) == set()
    assert states(database) == ["delivered"]


def _has_pending_sigterm(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    try:
        pending = next(line for line in status.read_text().splitlines() if line.startswith("ShdPnd:"))
    except OSError:
        return False
    return bool(int(pending.split()[1], 16) & (1 << (signal.SIGTERM - 1)))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT], ids=lambda number: number.name)
def test_a_second_ctrl_c_or_sigquit_ends_a_worker_at_once(
    number: signal.Signals, env: dict[str, str], database: Database, sandbox: SandboxServer, tmp_path: Path
) -> None:
    sandbox.faults.hang()
    with program("webapp", "worker", env=env, folder=tmp_path) as worker:
        wait_for(sandbox.opportunities, "the request has arrived")

        def has_ended_after_another() -> bool:
            worker.send(number)
            return worker.has_ended()

        wait_for(has_ended_after_another, "the worker ends")
        assert worker.wait() == 128 + number
    assert states(database) == ["sending"]


def test_killing_serve_leaves_no_process_behind(
    env: dict[str, str], database: Database, tmp_path: Path
) -> None:
    with program("webapp", "serve", "--host", "127.0.0.1", env=env, folder=tmp_path) as serve:
        Visitor(int(env["PORT"])).wait_until_served()
        wait_for(lambda: states(database) == ["delivered"], "the worker is there")
        with all_processes(serve) as processes:
            assert len(processes) == 4
            serve.kill()
            wait_for(lambda: not alive(processes), "every process has ended", within=15)


@pytest.mark.long
def test_killing_a_demonstration_leaves_no_process_behind(tmp_path: Path) -> None:
    port = free_port()
    arguments = ("demo", "--port", str(port), "--sandbox-port", str(free_port()))
    with program("webapp", *arguments, env=environment("", ""), folder=tmp_path) as demo:
        Visitor(port).wait_until_served()
        with all_processes(demo) as processes:
            assert len(processes) == 5
            demo.kill()
            wait_for(lambda: not alive(processes), "every process has ended", within=15)


def test_a_worker_under_nohup_survives_its_terminal(
    env: dict[str, str], database: Database, tmp_path: Path
) -> None:
    with subprocess.Popen(
        ["/usr/bin/nohup", sys.executable, "-m", "webapp", "worker"],
        env=env,
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as worker:
        try:
            wait_for(lambda: states(database) == ["delivered"], "the worker is there")
            worker.send_signal(signal.SIGHUP)
            enquiry = an_enquiry(utc_now())
            EnquiryStore(database).accept(enquiry, Submission(enquiry.reference, "digest"))
            wait_for(lambda: states(database) == ["delivered"] * 2, "the worker goes on")
        finally:
            worker.terminate()
        assert worker.wait(30) == 0


@pytest.mark.usefixtures("kept_handlers")
def test_a_worker_whose_terminal_closes_finishes_its_send(
    env: dict[str, str], database: Database, sandbox: SandboxServer, tmp_path: Path
) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it would be ignored, and stay so
    sandbox.faults.hang()
    with program("webapp", "worker", env=env, folder=tmp_path) as worker:
        wait_for(sandbox.opportunities, "the request has arrived")
        worker.send(signal.SIGHUP)
        sandbox.faults.release()
        assert worker.wait() == 0
    assert states(database) == ["delivered"]


@pytest.mark.parametrize("closed", ["<&- >&- 2>&-", "2>&1 | head -c 1 >/dev/null"], ids=["closed", "a pipe"])
def test_a_worker_runs_without_a_reader_of_its_output(
    closed: str, env: dict[str, str], database: Database, tmp_path: Path
) -> None:
    shell = f"{sys.executable} -m webapp worker {closed}"
    with subprocess.Popen(
        ["/bin/sh", "-c", shell],
        env={**env, "PYTHONPATH": str(PROJECT)},
        cwd=tmp_path,
        start_new_session=True,
    ) as worker:
        try:
            for count in (1, 2):
                wait_for(lambda: states(database) == ["delivered"] * count, "the worker goes on")  # noqa: B023 (asked at once)
                enquiry = an_enquiry(utc_now())
                EnquiryStore(database).accept(enquiry, Submission(enquiry.reference, "digest"))
        finally:
            os.killpg(worker.pid, signal.SIGTERM)


# The handlers, without a process


@pytest.fixture
def kept_handlers() -> Iterator[None]:
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)
    handlers = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("kept_handlers")
def test_interrupts_within_a_second_count_as_one() -> None:
    stop, ended, clock = threading.Event(), list[int](), Clock()
    StopSignals(stop, ended.append, clock.monotonic).install()
    for pause in (0.0, 0.1, 0.8):
        clock.advance(pause)
        signal.raise_signal(signal.SIGINT)
    assert stop.wait(10)
    assert ended == []
    clock.advance(0.1)
    signal.raise_signal(signal.SIGINT)
    assert ended == [signal.SIGINT]


@pytest.mark.usefixtures("kept_handlers")
def test_repeated_sigterm_only_stops() -> None:
    stop, ended, clock = threading.Event(), list[int](), Clock()
    StopSignals(stop, ended.append, clock.monotonic).install()
    for _ in range(1000):
        clock.advance(1)
        signal.raise_signal(signal.SIGTERM)
    assert stop.wait(10)
    assert ended == []
