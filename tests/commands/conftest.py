"""The command line, with a database in its environment."""

import pytest
from click.testing import CliRunner, Result

from tests.support.processes import environment
from webapp.commands import main
from webapp.outbox.database import Database


@pytest.fixture
def leads(database_url: str, database: Database, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    assert database is not None
    for name, value in environment(database_url, "http://127.0.0.1:9", COLUMNS="200").items():
        monkeypatch.setenv(name, value)
    return CliRunner()


def invoke(runner: CliRunner, *arguments: str) -> Result:
    return runner.invoke(main, ["leads", *arguments])
