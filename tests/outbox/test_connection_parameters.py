"""The parameters for libpq: DATABASE_URL and the environment first, then leadform's defaults."""

import re
from urllib.parse import quote

import pytest
from sqlalchemy.engine import make_url

from tests.support.processes import PROJECT, free_port
from webapp.outbox.database import BUSY_TIMEOUT_SECONDS, Database, open_database
from webapp.outbox.migrations import is_up_to_date
from webapp.outbox.postgresql import (
    ANSWER_TIMEOUT_SECONDS,
    CONNECT_TIMEOUT_SECONDS,
    DEFAULTS,
    LIVENESS_TIMEOUT_SECONDS,
    SERVER_TIMEOUTS_SECONDS,
    STATEMENT_TIMEOUT_SECONDS,
    connection_parameters,
)


def test_a_writable_server_is_required_and_silence_is_noticed() -> None:
    parameters = connection_parameters("postgresql://venue:pass@db.example/leads")
    assert parameters.items() >= DEFAULTS.items()
    assert all(
        f"-c {name}={seconds:g}s" in parameters["options"]
        for name, seconds in SERVER_TIMEOUTS_SECONDS.items()
    )


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_url_is_not_overridden(name: str) -> None:
    value = "any" if name == "target_session_attrs" else "77"
    assert connection_parameters(f"postgresql://db.example/leads?{name}={value}")[name] == value


def test_parameters_only_libpq_knows_are_passed_on() -> None:
    parameters = connection_parameters("postgresql://a.example,b.example:5433/leads?sslmode=verify-full")
    assert (parameters["host"], parameters["port"], parameters["sslmode"]) == (
        "a.example,b.example",
        ",5433",
        "verify-full",
    )


@pytest.mark.parametrize(
    ("variable", "name"),
    [("PGTARGETSESSIONATTRS", "target_session_attrs"), ("PGCONNECT_TIMEOUT", "connect_timeout")],
)
def test_the_environment_is_not_overridden(monkeypatch: pytest.MonkeyPatch, variable: str, name: str) -> None:
    value = "any" if name == "target_session_attrs" else "77"
    monkeypatch.setenv(variable, value)
    assert connection_parameters("postgresql://db.example/leads").get(name, value) == value


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize("by_environment", [False, True])
def test_the_operators_options_are_added_to_ours_and_win(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch, *, by_environment: bool
) -> None:
    assert is_up_to_date(database)
    options = "-c lock_timeout=1234ms -c application_name=venue"
    if by_environment:
        monkeypatch.setenv("PGOPTIONS", options)
        named = open_database(database_url)
    else:
        named = open_database(f"{database_url}?options={quote(options)}")
    with named.reading() as connection:
        shown = [
            connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("lock_timeout", "application_name", "idle_in_transaction_session_timeout")
        ]
    assert shown == [
        "1234ms",
        "venue",
        f"{SERVER_TIMEOUTS_SECONDS['idle_in_transaction_session_timeout']:g}s",
    ]
    named.close()


@pytest.mark.engines("postgresql")
def test_of_several_servers_a_reachable_one_is_found(database: Database, database_url: str) -> None:
    assert is_up_to_date(database)
    address = make_url(database_url)
    several = f"postgresql://{address.username}@127.0.0.1:{free_port()},127.0.0.1:{address.port}"
    named = open_database(f"{several}/{address.database}?sslmode=disable")
    assert is_up_to_date(named)
    named.close()


def test_a_silent_database_times_out_before_gunicorn_kills_a_worker() -> None:
    config = (PROJECT / "gunicorn.conf.py").read_text(encoding="utf-8")
    timeout = re.search(r"^timeout = (\d+)$", config, re.MULTILINE)
    assert timeout is not None
    waits = (BUSY_TIMEOUT_SECONDS, LIVENESS_TIMEOUT_SECONDS, CONNECT_TIMEOUT_SECONDS, ANSWER_TIMEOUT_SECONDS)
    assert sum(waits) < int(timeout[1])
    assert STATEMENT_TIMEOUT_SECONDS < ANSWER_TIMEOUT_SECONDS
