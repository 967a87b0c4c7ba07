"""What libpq is told: what DATABASE_URL and the environment say, and leadform's defaults for the rest."""

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


def test_a_server_that_takes_writes_is_asked_for_and_silence_is_noticed() -> None:
    told = connection_parameters("postgresql://venue:pass@db.example/leads")
    assert told.items() >= DEFAULTS.items()
    assert all(
        f"-c {name}={seconds:g}s" in told["options"] for name, seconds in SERVER_TIMEOUTS_SECONDS.items()
    )


@pytest.mark.parametrize("name", DEFAULTS)
def test_what_the_url_says_is_not_overridden(name: str) -> None:
    value = "any" if name == "target_session_attrs" else "77"
    assert connection_parameters(f"postgresql://db.example/leads?{name}={value}")[name] == value


def test_what_only_libpq_knows_is_passed_on() -> None:
    told = connection_parameters("postgresql://a.example,b.example:5433/leads?sslmode=verify-full")
    assert (told["host"], told["port"], told["sslmode"]) == ("a.example,b.example", ",5433", "verify-full")


@pytest.mark.parametrize(
    ("variable", "name"),
    [("PGTARGETSESSIONATTRS", "target_session_attrs"), ("PGCONNECT_TIMEOUT", "connect_timeout")],
)
def test_what_the_environment_says_is_not_overridden(
    monkeypatch: pytest.MonkeyPatch, variable: str, name: str
) -> None:
    value = "any" if name == "target_session_attrs" else "77"
    monkeypatch.setenv(variable, value)
    assert connection_parameters("postgresql://db.example/leads").get(name, value) == value


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize("by_environment", [False, True])
def test_options_are_added_to_ours_and_win(
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
def test_of_several_servers_the_one_that_is_there_is_found(database: Database, database_url: str) -> None:
    assert is_up_to_date(database)
    address = make_url(database_url)
    several = f"postgresql://{address.username}@127.0.0.1:{free_port()},127.0.0.1:{address.port}"
    named = open_database(f"{several}/{address.database}?sslmode=disable")
    assert is_up_to_date(named)
    named.close()


def test_a_database_that_says_nothing_is_given_up_before_gunicorn_gives_a_process_up() -> None:
    config = (PROJECT / "gunicorn.conf.py").read_text(encoding="utf-8")
    gives_up_after = re.search(r"^timeout = (\d+)$", config, re.MULTILINE)
    assert gives_up_after is not None
    waits = (BUSY_TIMEOUT_SECONDS, LIVENESS_TIMEOUT_SECONDS, CONNECT_TIMEOUT_SECONDS, ANSWER_TIMEOUT_SECONDS)
    assert sum(waits) < int(gives_up_after[1])
    assert STATEMENT_TIMEOUT_SECONDS < ANSWER_TIMEOUT_SECONDS
