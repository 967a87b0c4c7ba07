"""Running several commands as one."""

import os

import pytest

from tests.processes import PROJECT
from webapp.commands.supervisor import MOST_EARLY_DEATHS, Supervisor


@pytest.fixture
def supervisor() -> Supervisor:
    return Supervisor({"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT)})


def test_a_command_that_keeps_dying_at_its_start_ends_the_whole(
    supervisor: Supervisor, capfd: pytest.CaptureFixture[str]
) -> None:
    supervisor.start("nonsense")
    assert supervisor.run() is False
    supervisor.stop_all()
    assert capfd.readouterr().err.count("No such command 'nonsense'") == MOST_EARLY_DEATHS
