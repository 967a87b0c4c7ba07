"""A database that is away when leadform starts: the form is there, and the rest comes up by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.programs import Program, program
from tests.faults.rig import scaled
from tests.faults.stand_in import StandIn
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


def keeps_what_was_typed(visitor: Visitor) -> bool:
    answer = visitor.send()
    return answer.status_code == 503 and TYPED["email"] in answer.text


@pytest.mark.long
def test_serve_shows_its_form_without_a_database_and_delivers_when_it_is_there(
    server: PostgresServer, stand_in: StandIn, tmp_path: Path
) -> None:
    with server.new_database() as url:
        with closing(open_database(url)) as database:
            upgrade(database)
        server.stop()
        port = free_port()
        env = scaled(url, stand_in.url, PORT=str(port))
        with program("webapp", "serve", "--host", "127.0.0.1", env=env, folder=tmp_path) as serve:
            visitor = Visitor(port)
            visitor.wait_until_served()
            assert keeps_what_was_typed(visitor)
            assert "database_unavailable" in serve.said()
            server.start()
            reference = _sent(visitor)
            wait_for(lambda: is_delivered(url, reference), "the enquiry is delivered")
            assert not serve.has_ended()
            assert serve.stop() == 0


@pytest.mark.long
def test_web_and_worker_alone_wait_for_a_database_too_and_for_its_migrations(
    server: PostgresServer, stand_in: StandIn, tmp_path: Path
) -> None:
    with server.new_database() as url:
        server.stop()
        port = free_port()
        env = scaled(url, stand_in.url, PORT=str(port))
        with (
            program("webapp", "worker", env=env, folder=tmp_path) as worker,
            program("webapp", "web", "--host", "127.0.0.1", env=env, folder=tmp_path) as web,
        ):
            visitor = Visitor(port)
            visitor.wait_until_served()
            assert keeps_what_was_typed(visitor)
            wait_for(lambda: _has_said(worker, "database_unavailable"), "the worker says what it waits for")
            server.start()
            assert keeps_what_was_typed(visitor)
            with closing(open_database(url)) as database:
                upgrade(database)
            reference = _sent(visitor)
            wait_for(lambda: is_delivered(url, reference), "the enquiry is delivered")
            assert "database_unavailable" in web.said()
            assert (worker.stop(), web.stop()) == (0, 0)


@pytest.mark.long
def test_a_worker_that_waits_for_its_database_stops_when_it_is_told_to(tmp_path: Path) -> None:
    env = scaled(f"postgresql://nobody@127.0.0.1:{free_port()}/none", "http://127.0.0.1:9")
    with program("webapp", "worker", env=env, folder=tmp_path) as worker:
        wait_for(lambda: _has_said(worker, "database_unavailable"), "the worker says what it waits for")
        assert worker.stop() == 0


def _has_said(running: Program, event: str) -> bool:
    return event in running.said()


def _sent(visitor: Visitor) -> str:
    """Send an enquiry until it is received."""
    return wait_for(lambda: _received(visitor), "the enquiry is received")


def _received(visitor: Visitor) -> str:
    answer = visitor.send()
    return check_page(answer.text).text("#reference") if answer.status_code == 200 else ""


# The rules of waiting


class Moment:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def absent() -> Iterator[Database]:
    """A database on a server that is not there."""
    with closing(open_database(f"postgresql://nobody@127.0.0.1:{free_port()}/none")) as database:
        yield database


def test_a_server_that_is_not_there_is_waited_for(absent: Database, moment: Moment) -> None:
    waiting = DatabaseWait(absent, clock=moment)
    assert not waiting.is_ready_at_once()
    assert not waiting.is_ready()
    moment.now += 60
    assert not waiting.is_ready()


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize("wrong", ["the database", "the user"])
def test_a_server_that_refuses_is_waited_for_since_it_may_be_told_better(
    wrong: str, database_url: str
) -> None:
    url = (
        database_url.rsplit("/", 1)[0] + "/nowhere"
        if wrong == "the database"
        else database_url.replace("@", "x@")
    )
    with closing(open_database(url)) as database:
        assert not DatabaseWait(database).is_ready_at_once()


def test_a_database_without_its_migrations_needs_a_person_at_first_and_is_waited_for_later(
    database_url: str, moment: Moment
) -> None:
    with closing(open_database(database_url)) as database:
        with pytest.raises(Misconfigured, match="run leadform db upgrade"):
            DatabaseWait(database, clock=moment).is_ready_at_once()
        waiting = DatabaseWait(database, clock=moment)
        assert not waiting.is_ready()
        upgrade(database)
        moment.now += 60
        assert waiting.is_ready()


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "make",
    [Path.mkdir, lambda path: path.write_bytes(b"Dear Ada, " * 500), lambda path: path.symlink_to(path)],
    ids=["a folder", "another file", "a circle"],
)
def test_an_sqlite_path_with_something_else_needs_a_person(
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
def test_an_sqlite_file_whose_path_is_wrong_needs_a_person(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        closing(open_database(f"sqlite:///{tmp_path}/file/leadform.db")) as database,
        pytest.raises(StoreUnavailableError),
    ):
        DatabaseWait(database).is_ready_at_once()


@pytest.mark.engines("sqlite")
def test_an_sqlite_file_that_is_locked_is_waited_for_and_then_brought_up_to_date(
    tmp_path: Path, moment: Moment
) -> None:
    url = f"sqlite:///{tmp_path}/leadform.db"
    with closing(open_database(url)) as database, closing(open_database(url)) as other:
        database.make_file()
        waiting = DatabaseWait(database, upgrade, clock=moment)
        with other.writing():
            assert not waiting.is_ready_at_once()
        moment.now += 60
        assert waiting.is_ready()
        assert is_up_to_date(database)


def test_a_wait_ends_when_told_to(absent: Database) -> None:
    stop = threading.Event()
    stop.set()
    assert DatabaseWait(absent).wait(stop) is False
