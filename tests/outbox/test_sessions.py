"""Sessions of PostgreSQL that only read, that are lost, or that fall silent: thrown away and replaced."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import make_url

from tests.conftest import Clock
from tests.support.enquiries import LEASE, an_enquiry, queue_of
from tests.support.pages import TYPED, PageCheckingClient
from tests.support.processes import wait_for
from tests.support.server_name import Loss, ServerName
from webapp.app import create_app
from webapp.formfile.reader import Forms
from webapp.outbox.database import Database, StoreUnavailableError, TransactionLostError, open_database
from webapp.outbox.postgresql import disable_statement_timeout
from webapp.outbox.queries import DeliveryQueries, Filter
from webapp.outbox.store import EnquiryStore, Submission
from webapp.outbox.wakeup import WakeupListener
from webapp.settings.model import Settings

pytestmark = [pytest.mark.engines("postgresql"), pytest.mark.own_database]

OTHERS = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"


@pytest.fixture
def name(database_url: str) -> Iterator[ServerName]:
    with ServerName(make_url(database_url).port or 0) as name:
        yield name


@pytest.fixture
def named(name: ServerName, database: Database, database_url: str, clock: Clock) -> Iterator[Database]:
    """The database by a name that can lead elsewhere; ``database`` has another."""
    assert not stored(database)
    named = open_database(name.in_place_of(database_url) + "?connect_timeout=2", clock)
    yield named
    named.close()


@pytest.fixture
def app(settings: Settings, forms: Forms, named: Database) -> Flask:
    app = create_app(settings, forms, named)
    app.test_client_class = PageCheckingClient
    return app


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have silence noticed soon, so that no test need wait for it."""
    monkeypatch.setattr("webapp.outbox.postgresql.ANSWER_TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr("webapp.outbox.postgresql.LIVENESS_TIMEOUT_SECONDS", 0.3)


def fill_pool(database: Database, count: int = 3) -> None:
    """Leave some sessions in the pool."""
    held = [database.engine.connect() for _ in range(count)]
    for connection in held:
        connection.close()


def session_of(database: Database) -> int:
    """Return which session the pool gives out."""
    with database.reading() as connection:
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def accept(database: Database, clock: Clock, key: str = "key") -> str:
    enquiry = an_enquiry(clock())
    return EnquiryStore(database).accept(enquiry, Submission(key, "digest")).reference


def stored(database: Database) -> list[str]:
    return [row.reference for row in DeliveryQueries(database).list(Filter())]


def only_read(database_url: str, state: str) -> None:
    """Say whether the sessions that are opened from now on only read, as those of a standby do."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(
            psycopg.sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}").format(
                psycopg.sql.Identifier(make_url(database_url).database or ""), psycopg.sql.Literal(state)
            )
        )


# Sessions that only read


@pytest.mark.parametrize("attributes", ["", "&target_session_attrs=any"])
def test_what_was_opened_while_the_name_led_to_a_reader_is_not_kept(
    name: ServerName, database: Database, database_url: str, clock: Clock, attributes: str
) -> None:
    address = f"{name.in_place_of(database_url)}?connect_timeout=2{attributes}"
    named = open_database(address, clock)
    for number in range(2):
        only_read(database_url, "on")
        name.cut()
        with pytest.raises(StoreUnavailableError, match=r"read-only|takes no writes"):
            accept(named, clock, f"while it only reads {number}")
        only_read(database_url, "off")
        accept(named, clock, f"when it is over {number}")
    assert len(stored(database)) == 2
    named.close()


def test_a_session_that_comes_to_read_only_is_replaced_unseen(named: Database, clock: Clock) -> None:
    first = session_of(named)
    with named.engine.connect() as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = on")
        connection.commit()
    assert accept(named, clock)
    assert session_of(named) != first


def test_a_session_found_to_read_only_while_it_writes_is_thrown_away_with_the_pool(
    named: Database, name: ServerName
) -> None:
    fill_pool(named)
    with named.writing() as connection:
        before = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()

    def write_in_a_session_that_only_reads() -> None:
        with named.writing() as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            connection.execute(text("DELETE FROM deliveries"))

    opened = name.connections
    with pytest.raises(TransactionLostError, match="read-only"):
        write_in_a_session_that_only_reads()
    assert session_of(named) != before
    fill_pool(named)
    assert name.connections == opened + 3


def test_a_session_that_only_reads_is_taken_where_the_operator_says_so(
    database: Database, database_url: str, clock: Clock
) -> None:
    assert not stored(database)
    only_read(database_url, "on")
    with pytest.raises(StoreUnavailableError, match="session is read-only"):
        stored(open_database(database_url))
    anywhere = open_database(f"{database_url}?target_session_attrs=any")
    assert stored(anywhere) == []
    assert session_of(anywhere) == session_of(anywhere)
    with pytest.raises(StoreUnavailableError, match="read-only transaction"):
        accept(anywhere, clock)
    # What is told may be no longer true, where something in between repeats it.
    with anywhere.writing() as connection:
        connection.execute(text("SET TRANSACTION READ WRITE"))
        connection.execute(text("DELETE FROM deliveries"))
    anywhere.close()
    only_read(database_url, "off")


# Sessions that are lost


@pytest.mark.parametrize("loss", [Loss.REQUEST_CUT, Loss.ANSWER_CUT])
def test_an_enquiry_whose_session_is_lost_is_stored_once_and_at_once(
    named: Database, name: ServerName, database: Database, clock: Clock, loss: Loss
) -> None:
    references = set()
    for word in (b"BEGIN", b"INSERT INTO enquiries", b"INSERT INTO deliveries", b"COMMIT"):
        fill_pool(named)
        name.lose(word, loss)
        references.add(accept(named, clock, word.decode()))
        assert name.lost.is_set(), word
    assert set(stored(database)) == references
    assert len(references) == len(stored(database)) == 4


def test_an_enquiry_whose_session_an_administrator_ends_is_stored_at_once(
    named: Database, database: Database, clock: Clock
) -> None:
    fill_pool(named)
    with database.writing() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend(pid) {OTHERS}"))
    reference = accept(named, clock)
    assert stored(database) == [reference]


def test_a_write_that_is_lost_twice_is_not_tried_for_ever(
    named: Database, database: Database, clock: Clock
) -> None:
    tries = []

    def lose(*_: object) -> None:
        tries.append(1)
        raise TransactionLostError("It ended")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "now", lose)
        with pytest.raises(TransactionLostError):
            accept(named, clock)
    assert len(tries) == 2
    assert stored(database) == []


# Sessions that fall silent


@pytest.mark.usefixtures("impatient")
def test_a_silent_session_in_the_pool_is_replaced_unseen(
    named: Database, name: ServerName, database: Database, clock: Clock
) -> None:
    for number in range(2):
        fill_pool(named)
        name.silence_connections()
        accept(named, clock, f"{number}")
    assert len(stored(database)) == 2


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("loss", [Loss.REQUEST_SILENT, Loss.ANSWER_SILENT])
def test_a_visitor_whose_session_falls_silent_keeps_what_was_typed_and_is_stored_once(
    client: PageCheckingClient, name: ServerName, database: Database, loss: Loss
) -> None:
    for number, word in enumerate((b"INSERT INTO enquiries", b"COMMIT"), start=1):
        page = client.page("/f/weddings")
        name.lose(word, loss)
        refused = client.send(page=page)
        assert name.lost.is_set(), word
        assert refused.status_code == 503
        assert TYPED["email"] in refused.text
        wait_for(lambda: not in_transaction(database), "the server has done with it")
        receipt = client.send(page=page)
        assert receipt.status_code == 303
        assert client.send(page=page).location == receipt.location
        assert len(stored(database)) == number


def in_transaction(database: Database) -> int:
    """Return how many sessions of others are in a transaction, and end those that wait for the silent."""
    with database.writing() as connection:
        connection.execute(
            text(f"SELECT pg_terminate_backend(pid) {OTHERS} AND state = 'idle in transaction'")
        )
        return int(
            connection.execute(text(f"SELECT count(*) {OTHERS} AND xact_start IS NOT NULL")).scalar_one()
        )


@pytest.mark.usefixtures("impatient")
def test_while_nothing_answers_a_visitor_keeps_what_was_typed_and_the_process_lives(
    client: PageCheckingClient, name: ServerName, database: Database, database_url: str
) -> None:
    page = client.page("/f/weddings")
    for _ in range(2):
        name.fall_silent()
        refused = client.send(page=page)
        assert refused.status_code == 503
        assert TYPED["email"] in refused.text
        assert client.get("/healthz").status_code == 200
        name.lead_to(make_url(database_url).port or 0)
        assert client.send(page=page).status_code == 303
    assert len(stored(database)) == 1


@pytest.mark.usefixtures("impatient")
def test_what_is_given_all_the_time_it_takes_has_it_and_nobody_after_it(named: Database) -> None:
    slow = text("SELECT pg_sleep(1)")
    with named.writing() as connection:
        disable_statement_timeout(connection)
        connection.execute(slow)
    with pytest.raises(StoreUnavailableError, match="did not answer within"), named.writing() as connection:
        connection.execute(slow)


# The worker's side


@pytest.mark.usefixtures("impatient")
def test_a_worker_that_loses_a_claim_or_its_answer_claims_again(
    named: Database, name: ServerName, database: Database, clock: Clock
) -> None:
    reference = accept(database, clock)
    queue = queue_of(named)
    for loss in Loss:
        name.lose(b"COMMIT", loss)
        with pytest.raises(StoreUnavailableError):
            queue.claim(1)
        assert name.lost.is_set(), loss
        wait_for(lambda: not in_transaction(database), "the server has done with it")
        clock.advance(LEASE + 1)
    assert [claim.reference for claim in queue.claim(1)] == [reference]


@pytest.mark.usefixtures("impatient")
def test_a_worker_is_not_kept_by_a_line_that_is_silent_from_the_beginning(
    named: Database, name: ServerName
) -> None:
    doorbell = WakeupListener(named, idle_poll=0.1)
    name.lose(b"LISTEN", Loss.REQUEST_SILENT)
    doorbell.wait(threading.Event())
    assert name.lost.is_set()
    name.fall_silent()
    doorbell.wait(threading.Event())
    doorbell.close()


def test_a_line_is_laid_anew_from_time_to_time(
    named: Database, name: ServerName, monkeypatch: pytest.MonkeyPatch
) -> None:
    doorbell = WakeupListener(named, idle_poll=0.01)
    doorbell.wait(threading.Event())
    opened = name.connections
    doorbell.wait(threading.Event())
    assert name.connections == opened
    monkeypatch.setattr("webapp.outbox.wakeup.MAX_SESSION_AGE_SECONDS", 0)
    doorbell.wait(threading.Event())
    assert name.connections == opened + 1
    doorbell.close()
