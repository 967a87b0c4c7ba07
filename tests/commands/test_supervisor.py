"""Running several commands as one: what is started again, when, and when there is no use in it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from tests.support.processes import wait_for
from webapp.commands.backoff import MAX_WAIT, REPORT_INTERVAL, Backoff
from webapp.commands.supervisor import STABLE_AFTER, Supervisor
from webapp.logs import configure_logging


@dataclass
class Moment:
    """A clock that a test moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def supervisor(moment: Moment, tmp_path: Path) -> Iterator[Supervisor]:
    """What runs shell scripts in place of leadform's commands; each notes that it was started."""
    count = f'echo started >> {tmp_path}/$0; eval "$1"'
    running = Supervisor({}, program=("/bin/sh", "-c", count), clock=moment, stop_within=5)
    configure_logging("json", "info")
    yield running
    moment.now += 1000
    running.hurry = True
    running.stop_all()


@pytest.fixture
def starts(tmp_path: Path) -> Callable[[str], int]:
    """How often a script was started."""

    def count(name: str) -> int:
        noted = tmp_path / name
        return len(noted.read_text().splitlines()) if noted.exists() else 0

    return count


def see_the_end(supervisor: Supervisor, name: str) -> bool:
    """Wait until a script has ended, and let the supervisor see it."""
    wait_for(lambda: not supervisor.is_running(name), f"{name} ends")
    return supervisor.check_all()


def test_what_ends_is_started_again_after_a_while_and_not_before(
    supervisor: Supervisor, moment: Moment, starts: Callable[[str], int]
) -> None:
    supervisor.start("web", "exit 1")
    assert see_the_end(supervisor, "web")
    supervisor.check_all()
    wait_for(lambda: starts("web") == 1, "it was started once")
    moment.now += 1.0
    assert supervisor.check_all()
    wait_for(lambda: starts("web") == 2, "it was started again")


@pytest.mark.parametrize("how", ["exit 1", "exit 0", "exit 3", "kill -9 $$", "kill -TERM $$"])
def test_however_often_a_command_ends_the_others_go_on_and_it_is_tried_again(
    how: str, supervisor: Supervisor, moment: Moment, starts: Callable[[str], int]
) -> None:
    supervisor.start("web", "exec sleep 60")
    supervisor.start("worker", how)
    for attempt in range(1, 13):
        wait_for(lambda: starts("worker") == attempt, "it was started")  # noqa: B023 (asked at once)
        assert see_the_end(supervisor, "worker")
        moment.now += MAX_WAIT
        assert supervisor.check_all()
    assert supervisor.is_running("web")
    assert starts("web") == 1


def test_a_command_that_says_at_its_first_start_that_it_is_misconfigured_ends_the_whole(
    supervisor: Supervisor,
) -> None:
    supervisor.start("web", "exit 2")
    assert supervisor.run() is False


def test_a_command_that_has_been_up_is_tried_again_though_it_says_that_it_is_misconfigured(
    supervisor: Supervisor, moment: Moment, starts: Callable[[str], int], tmp_path: Path
) -> None:
    supervisor.start("web", f"while ! test -e {tmp_path}/go; do sleep 0.05; done; exit 2")
    supervisor.start("worker", "exec sleep 60")
    moment.now += STABLE_AFTER
    supervisor.check_all()
    (tmp_path / "go").touch()
    for attempt in range(1, 5):
        wait_for(lambda: starts("web") == attempt, "it was started")  # noqa: B023 (asked at once)
        assert see_the_end(supervisor, "web")
        moment.now += MAX_WAIT
        assert supervisor.check_all()


def test_the_log_says_what_ended_how_and_when_it_starts_again(
    supervisor: Supervisor, caplog: pytest.LogCaptureFixture
) -> None:
    supervisor.start("web", "kill -9 $$")
    supervisor.start("worker", "exit 7")
    see_the_end(supervisor, "web")
    see_the_end(supervisor, "worker")
    said = [cast("dict[str, Any]", record.msg) for record in caplog.records]
    assert [(each["event"], each["process"], each["status"]) for each in said] == [
        ("process_ended", "web", "SIGKILL"),
        ("process_ended", "worker", 7),
    ]
    assert all(0.5 <= each["starts_again_in"] <= 1 for each in said)


def test_a_command_that_cannot_be_started_now_is_tried_again(
    supervisor: Supervisor, moment: Moment, starts: Callable[[str], int]
) -> None:
    supervisor.start("web", "exit 1")
    see_the_end(supervisor, "web")
    program, supervisor.program = supervisor.program, ("/nowhere/at/all",)
    moment.now += MAX_WAIT
    assert supervisor.check_all()
    supervisor.program = program
    moment.now += MAX_WAIT
    assert supervisor.check_all()
    wait_for(lambda: starts("web") == 2, "it was started again")


def test_a_command_that_does_not_stop_is_killed_in_the_end_with_all_that_it_started(
    supervisor: Supervisor, moment: Moment, tmp_path: Path
) -> None:
    supervisor.start("web", f"trap '' TERM; sleep 61 & echo $! > {tmp_path}/below; wait")
    below = int(wait_for(lambda: _content(tmp_path / "below"), "it has started another"))
    moment.now += 1
    supervisor.stop_within = 0
    supervisor.stop_all()
    wait_for(lambda: not _runs(below), "what it started has ended")


def _content(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def _runs(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_waits_grow_to_half_a_minute_and_differ_by_chance() -> None:
    patience = Backoff(random.Random(11))
    waits = [patience.wait() for _ in range(200)]
    assert all(
        0.5 * whole <= wait <= whole
        for wait, whole in zip(waits, (1, 2, 4, 8, 16, *[MAX_WAIT] * 195), strict=True)
    )
    assert len(set(waits)) == len(waits)


def test_that_something_is_waited_for_is_told_at_once_and_then_rarely() -> None:
    patience = Backoff()
    told = [second for second in range(1000) if patience.should_report(float(second))]
    assert told == [0, REPORT_INTERVAL, 2 * REPORT_INTERVAL, 3 * REPORT_INTERVAL]
