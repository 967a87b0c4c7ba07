"""A database that is away when leadform starts: forms are shown, and the rest follows on its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.programs import Program, program
from tests.faults.rig import scaled_environment
from tests.faults.stand_in import StandIn
from tests.support.clock import Clock
from tests.support.pages import TYPED, check_page
from tests.support.postgresql import PostgresServer
from tests.support.processes import Visitor, free_port, wait_for
from webapp.commands.command_faults import Misconfigured
from webapp.commands.database import require_migrations
from webapp.commands.database_wait import DatabaseWait
from webapp.outbox.database import Database, StoreUnavailableError, open_database
from webapp.outbox.migrations import is_up_to_date, upgrade
from webapp.outbox.queries import DeliveryQueries, Filter


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def is_delivered(url: str, reference: str) -> bool:
    with closing(open_database(url)) as database:
        return [(row.reference, row.state) for row in DeliveryQueries(database).list(Filter())] == [
            (reference, "delivered")
        ]


def keeps_input(visitor: Visitor) -> bool:
    answer = visitor.send()
    return answer.status_code == 503 and TYPED["email"] in answer.text


@pytest.mark.long
def test_serve_shows_forms_without_a_database_and_delivers_later(
    server: PostgresServer, stand_in: StandIn, tmp_path: Path
) -> None:
    with server.new_database() as url:
        with closing(open_database(url)) as database:
            upgrade(database)
        server.stop()
        port = free_port()
        env = scaled_environment(url, stand_in.url, PORT=str(port))
        with program("webapp", "serve", "--host", "127.0.0.1", env=env, folder=tmp_path) as serve:
            visitor = Visitor(port)
            visitor.wait_until_served()
            assert keeps_input(visitor)
            assert "database_unavailable" in serve.output()
            server.start()
            reference = _enquire(visitor)
            wait_for(lambda: is_delivered(url, reference), "the enquiry is delivered")
            assert not serve.has_ended()
            assert serve.stop() == 0


@pytest.mark.long
def test_web_and_worker_wait_for_a_database_and_its_migrations(
    server: PostgresServer, stand_in: StandIn, tmp_path: Path
) -> None:
    with server.new_database() as url:
        server.stop()
        port = free_port()
        env = scaled_environment(url, stand_in.url, PORT=str(port))
        with (
            program("webapp", "worker", env=env, folder=tmp_path) as worker,
            program("webapp", "web", "--host", "127.0.0.1", env=env, folder=tmp_path) as web,
        ):
            visitor = Visitor(port)
            visitor.wait_until_served()
            assert keeps_input(visitor)
            wait_for(lambda: _has_logged(worker, "database_unavailable"), "the worker logs that it waits")
            server.start()
            assert keeps_input(visitor)
            with closing(open_database(url)) as database:
                upgrade(database)
            reference = _enquire(visitor)
            wait_for(lambda: is_delivered(url, reference), "the enquiry is delivered")
            assert "database_unavailable" in web.output()
            assert (worker.stop(), web.stop()) == (0, 0)


@pytest.mark.long
def test_a_worker_waiting_for_its_database_stops_on_sigterm(tmp_path: Path) -> None:
    env = scaled_environment(f"postgresql://nobody@127.0.0.1:{free_port()}/none", "http://127.0.0.1:9")
    with program("webapp", "worker", env=env, folder=tmp_path) as worker:
        wait_for(lambda: _has_logged(worker, "database_unavailable"), "the worker logs that it waits")
        assert worker.stop() == 0


def _has_logged(running: Program, event: str) -> bool:
    return event in running.output()


def _enquire(visitor: Visitor) -> str:
    """Send an enquiry until it is received."""
    return wait_for(lambda: _receipt_reference(visitor), "the enquiry is received")


def _receipt_reference(visitor: Visitor) -> str:
    answer = visitor.send()
    return check_page(answer.text).text("#reference") if answer.status_code == 200 else ""


# When to wait, and when to give up at once


@pytest.fixture
def missing() -> Iterator[Database]:
    """A database on a server that does not exist."""
    with closing(open_database(f"postgresql://nobody@127.0.0.1:{free_port()}/none")) as database:
        yield database


def test_an_unreachable_server_is_waited_for(missing: Database, clock: Clock) -> None:
    waiting = DatabaseWait(missing, clock=clock.monotonic)
    assert not waiting.is_ready_at_once()
    assert not waiting.is_ready()
    clock.advance(60)
    assert not waiting.is_ready()


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize("wrong", ["the database", "the user"])
def test_a_server_that_refuses_the_login_is_waited_for(wrong: str, database_url: str) -> None:
    url = (
        database_url.rsplit("/", 1)[0] + "/nowhere"
        if wrong == "the database"
        else database_url.replace("@", "x@")
    )
    with closing(open_database(url)) as database:
        assert not DatabaseWait(database).is_ready_at_once()


def test_missing_migrations_fail_at_start_and_are_waited_for_later(database_url: str, clock: Clock) -> None:
    with closing(open_database(database_url)) as database:
        with pytest.raises(Misconfigured, match="run leadform db upgrade"):
            DatabaseWait(database, clock=clock.monotonic).is_ready_at_once()
        waiting = DatabaseWait(database, clock=clock.monotonic)
        assert not waiting.is_ready()
        upgrade(database)
        clock.advance(60)
        assert waiting.is_ready()


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "make",
    [Path.mkdir, lambda path: path.write_bytes(b"Dear Ada, " * 500), lambda path: path.symlink_to(path)],
    ids=["a folder", "another file", "a link to itself"],
)
def test_an_sqlite_path_to_something_else_fails_at_once(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    make(tmp_path / "leadform.db")
    for prepare in (require_migrations, upgrade):
        with (
            closing(open_database(f"sqlite:///{tmp_path}/leadform.db")) as database,
            pytest.raises(StoreUnavailableError),
        ):
            DatabaseWait(database, prepare).is_ready_at_once()


@pytest.mark.engines("sqlite")
def test_a_wrong_sqlite_path_fails_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        closing(open_database(f"sqlite:///{tmp_path}/file/leadform.db")) as database,
        pytest.raises(StoreUnavailableError),
    ):
        DatabaseWait(database).is_ready_at_once()


@pytest.mark.engines("sqlite")
def test_a_locked_sqlite_file_is_waited_for_and_then_upgraded(tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path}/leadform.db"
    with closing(open_database(url)) as database, closing(open_database(url)) as other:
        database.make_file()
        waiting = DatabaseWait(database, upgrade, clock=clock.monotonic)
        with other.writing():
            assert not waiting.is_ready_at_once()
        clock.advance(60)
        assert waiting.is_ready()
        assert is_up_to_date(database)


def test_a_wait_ends_on_the_stop_event(missing: Database) -> None:
    stop = threading.Event()
    stop.set()
    assert DatabaseWait(missing).wait(stop) is False
