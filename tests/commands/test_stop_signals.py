"""What signals do to commands that run until they are told to stop, and what the end of a parent does."""

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
from tests.support.enquiries import an_enquiry
from tests.support.processes import PROJECT, Visitor, environment, free_port, wait_for
from webapp.commands.stop_signals import StopSignals
from webapp.enquiry import utc_now
from webapp.outbox.database import Database
from webapp.outbox.queries import DeliveryQueries, Filter
from webapp.outbox.store import EnquiryStore, Submission
from webapp.sandbox import SandboxServer

pytestmark = pytest.mark.engines("sqlite")  # no signal reaches the database

SLOW = {"DELIVERY_TIMEOUT": "20", "DELIVERY_LEASE": "60"}


@pytest.fixture
def env(database: Database, database_url: str, sandbox: SandboxServer) -> dict[str, str]:
    """The environment of a command, with one enquiry waiting in its database."""
    enquiry = an_enquiry(utc_now())
    EnquiryStore(database).accept(enquiry, Submission(enquiry.reference, "digest"))
    return environment(database_url, sandbox.url, PORT=str(free_port()), **SLOW)


def states(database: Database) -> list[str]:
    return [row.state for row in DeliveryQueries(database).list(Filter())]


def below(pid: int) -> set[int]:
    """Return every process that descends from one, and itself."""
    found = {pid}
    for each in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            of_parent = int(each.read_text().rpartition(")")[2].split()[1])
            if of_parent == pid:
                found |= below(int(each.parent.name))
    return found


def alive(pids: set[int]) -> set[int]:
    """Return those that still run; one that nobody has waited for runs no more."""
    running = set()
    for pid in pids:
        with suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                running.add(pid)
    return running


def tell(pids: set[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


@contextmanager
def everything_ended(started: Program) -> Iterator[set[int]]:
    """Give every process of a command, and end what is left of them after the block."""
    processes = below(started.pid)
    try:
        yield processes
    finally:
        tell(alive(processes), signal.SIGKILL)


@pytest.mark.long
def test_when_every_process_is_told_to_stop_at_once_and_again_the_send_is_finished(
    env: dict[str, str], database: Database, sandbox: SandboxServer, tmp_path: Path
) -> None:
    sandbox.faults.hang()
    with program("webapp", "serve", "--host", "127.0.0.1", env=env, folder=tmp_path) as serve:
        wait_for(sandbox.opportunities, "the request has arrived")
        Visitor(int(env["PORT"])).wait_until_served()
        with everything_ended(serve) as processes:
            for _ in range(3):  # as systemd does, as serve passes it on, and as somebody impatient does
                tell(processes, signal.SIGTERM)
                wait_for(lambda: not any(map(_has_signals_to_take, processes)), "the signals are taken")
            sandbox.faults.release()
            assert serve.wait() == 0
            assert alive(processes) == set()
    assert states(database) == ["delivered"]


def _has_signals_to_take(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    try:
        pending = next(line for line in status.read_text().splitlines() if line.startswith("ShdPnd:"))
    except OSError:
        return False
    return bool(int(pending.split()[1], 16) & (1 << (signal.SIGTERM - 1)))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT], ids=lambda number: number.name)
def test_a_worker_ends_at_once_by_a_second_ctrl_c_or_by_sigquit_and_loses_nothing(
    number: signal.Signals, env: dict[str, str], database: Database, sandbox: SandboxServer, tmp_path: Path
) -> None:
    sandbox.faults.hang()
    with program("webapp", "worker", env=env, folder=tmp_path) as worker:
        wait_for(sandbox.opportunities, "the request has arrived")

        def has_ended_when_told_again() -> bool:
            worker.send(number)
            return worker.has_ended()

        wait_for(has_ended_when_told_again, "the worker ends")
        assert worker.wait() == 128 + number
    assert states(database) == ["sending"]


def test_serve_that_is_killed_leaves_no_process_behind(
    env: dict[str, str], database: Database, tmp_path: Path
) -> None:
    with program("webapp", "serve", "--host", "127.0.0.1", env=env, folder=tmp_path) as serve:
        Visitor(int(env["PORT"])).wait_until_served()
        wait_for(lambda: states(database) == ["delivered"], "the worker is there")
        with everything_ended(serve) as processes:
            assert len(processes) == 4
            serve.kill()
            wait_for(lambda: not alive(processes), "every process has ended", within=15)


@pytest.mark.long
def test_a_demonstration_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    port = free_port()
    arguments = ("demo", "--port", str(port), "--sandbox-port", str(free_port()))
    with program("webapp", *arguments, env=environment("", ""), folder=tmp_path) as demo:
        Visitor(port).wait_until_served()
        with everything_ended(demo) as processes:
            assert len(processes) == 5
            demo.kill()
            wait_for(lambda: not alive(processes), "every process has ended", within=15)


def test_what_was_started_by_nohup_goes_on_when_its_terminal_is_closed(
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


def test_a_worker_whose_terminal_is_closed_finishes_its_send(
    env: dict[str, str], database: Database, sandbox: SandboxServer, tmp_path: Path
) -> None:
    sandbox.faults.hang()
    with program("webapp", "worker", env=env, folder=tmp_path) as worker:
        wait_for(sandbox.opportunities, "the request has arrived")
        worker.send(signal.SIGHUP)
        sandbox.faults.release()
        assert worker.wait() == 0
    assert states(database) == ["delivered"]


@pytest.mark.parametrize("closed", ["<&- >&- 2>&-", "2>&1 | head -c 1 >/dev/null"], ids=["closed", "a pipe"])
def test_a_worker_needs_nobody_who_reads_what_it_says(
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


# The rules, without a process


@pytest.fixture
def kept_handlers() -> Iterator[None]:
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)
    handlers = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("kept_handlers")
def test_an_interrupt_that_comes_twice_within_a_second_is_one_and_a_later_one_ends_at_once() -> None:
    stop, ended, now = threading.Event(), list[int](), [50.0]
    StopSignals(stop, ended.append, lambda: now[0]).install()
    for now[0] in (50.0, 50.1, 50.9):
        signal.raise_signal(signal.SIGINT)
    assert stop.wait(10)
    assert ended == []
    now[0] = 51.0
    signal.raise_signal(signal.SIGINT)
    assert ended == [signal.SIGINT]


@pytest.mark.usefixtures("kept_handlers")
def test_however_often_sigterm_comes_it_stops_and_no_more() -> None:
    stop, ended, now = threading.Event(), list[int](), [50.0]
    StopSignals(stop, ended.append, lambda: now[0]).install()
    for _ in range(1000):
        now[0] += 1
        signal.raise_signal(signal.SIGTERM)
    assert stop.wait(10)
    assert ended == []
