"""What the commands say when the database server accepts connections and never answers."""

import pytest
from click.testing import CliRunner

from tests.support.processes import environment
from tests.support.server_name import ServerName
from webapp.commands import main


@pytest.mark.parametrize("arguments", [("leads", "list"), ("check", "--offline"), ("db", "upgrade")])
def test_a_silent_server_is_reported_in_one_sentence(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ServerName(leads_to=0) as name:
        name.fall_silent()
        address = f"postgresql://venue:hunter2@127.0.0.1:{name.port}/leads?connect_timeout=2"
        for variable, value in environment(address, "http://127.0.0.1:9").items():
            monkeypatch.setenv(variable, value)
        result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    (message,) = [line for line in result.output.splitlines() if "connection timeout expired" in line]
    assert "check DATABASE_URL" in message
    assert "Traceback" not in result.output
    assert "hunter2" not in result.output
