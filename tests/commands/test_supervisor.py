"""Running several commands as one: which are restarted, when, and when the whole ends."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from tests.support.clock import Clock
from tests.support.process_table import is_running
from tests.support.processes import wait_for
from webapp.commands.backoff import MAX_WAIT, REPORT_INTERVAL, Backoff
from webapp.commands.supervisor import STABLE_AFTER, Supervisor
from webapp.logs import configure_logging


@pytest.fixture
def supervisor(clock: Clock, tmp_path: Path) -> Iterator[Supervisor]:
    """A supervisor of shell scripts in place of leadform's commands; each start is counted in a file."""
    count = f'echo started >> {tmp_path}/$0; eval "$1"'
    running = Supervisor({}, program=("/bin/sh", "-c", count), clock=clock.monotonic, stop_within=5)
    configure_logging("json", "info")
    yield running
    clock.advance(1000)
    running.hurry = True
    running.stop_all()


@pytest.fixture
def starts(tmp_path: Path) -> Callable[[str], int]:
    """Return a function that tells how often a script was started."""

    def count(name: str) -> int:
        log = tmp_path / name
        return len(log.read_text().splitlines()) if log.exists() else 0

    return count


def notice_end(supervisor: Supervisor, name: str) -> bool:
    """Wait until a script has ended, and let the supervisor notice."""
    wait_for(lambda: not supervisor.is_running(name), f"{name} ends")
    return supervisor.check_all()


def test_a_command_that_ends_is_restarted_after_a_delay(
    supervisor: Supervisor, clock: Clock, starts: Callable[[str], int]
) -> None:
    supervisor.start("web", "exit 1")
    assert notice_end(supervisor, "web")
    supervisor.check_all()
    wait_for(lambda: starts("web") == 1, "it was started once")
    clock.advance(1.0)
    assert supervisor.check_all()
    wait_for(lambda: starts("web") == 2, "it was started again")


@pytest.mark.parametrize("how", ["exit 1", "exit 0", "exit 3", "kill -9 $$", "kill -TERM $$"])
def test_a_command_that_keeps_ending_is_restarted_each_time(
    how: str, supervisor: Supervisor, clock: Clock, starts: Callable[[str], int]
) -> None:
    supervisor.start("web", "exec sleep 60")
    supervisor.start("worker", how)
    for attempt in range(1, 13):
        wait_for(lambda: starts("worker") == attempt, "it was started")  # noqa: B023 (called at once)
        assert notice_end(supervisor, "worker")
        clock.advance(MAX_WAIT)
        assert supervisor.check_all()
    assert supervisor.is_running("web")
    assert starts("web") == 1


def test_a_command_misconfigured_at_its_first_start_ends_everything(
    supervisor: Supervisor,
) -> None:
    supervisor.start("web", "exit 2")
    assert supervisor.run() is False


def test_a_command_misconfigured_later_is_restarted(
    supervisor: Supervisor, clock: Clock, starts: Callable[[str], int], tmp_path: Path
) -> None:
    supervisor.start("web", f"while ! test -e {tmp_path}/go; do sleep 0.05; done; exit 2")
    supervisor.start("worker", "exec sleep 60")
    clock.advance(STABLE_AFTER)
    supervisor.check_all()
    (tmp_path / "go").touch()
    for attempt in range(1, 5):
        wait_for(lambda: starts("web") == attempt, "it was started")  # noqa: B023 (called at once)
        assert notice_end(supervisor, "web")
        clock.advance(MAX_WAIT)
        assert supervisor.check_all()


def test_the_log_has_each_end_and_the_delay_until_the_restart(
    supervisor: Supervisor, caplog: pytest.LogCaptureFixture
) -> None:
    supervisor.start("web", "kill -9 $$")
    supervisor.start("worker", "exit 7")
    notice_end(supervisor, "web")
    notice_end(supervisor, "worker")
    entries = [cast("dict[str, Any]", record.msg) for record in caplog.records]
    assert [(entry["event"], entry["process"], entry["status"]) for entry in entries] == [
        ("process_ended", "web", "SIGKILL"),
        ("process_ended", "worker", 7),
    ]
    assert all(0.5 <= entry["starts_again_in"] <= 1 for entry in entries)


def test_a_command_that_cannot_start_is_tried_again(
    supervisor: Supervisor, clock: Clock, starts: Callable[[str], int]
) -> None:
    supervisor.start("web", "exit 1")
    notice_end(supervisor, "web")
    program, supervisor.program = supervisor.program, ("/nowhere/at/all",)
    clock.advance(MAX_WAIT)
    assert supervisor.check_all()
    supervisor.program = program
    clock.advance(MAX_WAIT)
    assert supervisor.check_all()
    wait_for(lambda: starts("web") == 2, "it was started again")


def test_a_command_that_does_not_stop_is_killed_with_its_children(
    supervisor: Supervisor, clock: Clock, tmp_path: Path
) -> None:
    supervisor.start("web", f"trap '' TERM; sleep 61 & echo $! > {tmp_path}/child; wait")
    child = int(wait_for(lambda: _content(tmp_path / "child"), "it has started another"))
    clock.advance(1)
    supervisor.stop_within = 0
    supervisor.stop_all()
    wait_for(lambda: not is_running(child), "what it started has ended")


def _content(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def test_delays_grow_to_half_a_minute_with_jitter() -> None:
    backoff = Backoff(random.Random(11))
    waits = [backoff.wait() for _ in range(200)]
    assert all(
        0.5 * whole <= wait <= whole
        for wait, whole in zip(waits, (1, 2, 4, 8, 16, *[MAX_WAIT] * 195), strict=True)
    )
    assert len(set(waits)) == len(waits)


def test_a_wait_is_reported_at_once_and_then_rarely() -> None:
    backoff = Backoff()
    reported = [second for second in range(1000) if backoff.should_report(float(second))]
    assert reported == [0, REPORT_INTERVAL, 2 * REPORT_INTERVAL, 3 * REPORT_INTERVAL]
