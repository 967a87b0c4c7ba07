"""PostgreSQL sessions that are read-only, lost or silent are discarded and replaced."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import make_url

from tests.support.clock import Clock
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
    """The database through a name that can be redirected; ``database`` connects directly."""
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
    """Shorten the timeouts, so that tests need not wait for silence to be noticed."""
    monkeypatch.setattr("webapp.outbox.postgresql.ANSWER_TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr("webapp.outbox.postgresql.LIVENESS_TIMEOUT_SECONDS", 0.3)


def fill_pool(database: Database, count: int = 3) -> None:
    """Leave some idle sessions in the pool."""
    held = [database.engine.connect() for _ in range(count)]
    for connection in held:
        connection.close()


def session_of(database: Database) -> int:
    """Return the process id of the session that the pool gives out."""
    with database.reading() as connection:
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def accept(database: Database, clock: Clock, key: str = "key") -> str:
    enquiry = an_enquiry(clock())
    return EnquiryStore(database).accept(enquiry, Submission(key, "digest")).reference


def stored(database: Database) -> list[str]:
    return [row.reference for row in DeliveryQueries(database).list(Filter())]


def set_read_only(database_url: str, state: str) -> None:
    """Make new sessions read-only, as on a standby, or not."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(
            psycopg.sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}").format(
                psycopg.sql.Identifier(make_url(database_url).database or ""), psycopg.sql.Literal(state)
            )
        )


# Read-only sessions


@pytest.mark.parametrize("attributes", ["", "&target_session_attrs=any"])
def test_a_connection_opened_to_a_read_only_server_is_not_kept(
    name: ServerName, database: Database, database_url: str, clock: Clock, attributes: str
) -> None:
    address = f"{name.in_place_of(database_url)}?connect_timeout=2{attributes}"
    named = open_database(address, clock)
    for number in range(2):
        set_read_only(database_url, "on")
        name.cut()
        with pytest.raises(StoreUnavailableError, match=r"read-only|takes no writes"):
            accept(named, clock, f"read-only {number}")
        set_read_only(database_url, "off")
        accept(named, clock, f"writable again {number}")
    assert len(stored(database)) == 2
    named.close()


def test_a_session_that_turns_read_only_is_replaced_unnoticed(named: Database, clock: Clock) -> None:
    first = session_of(named)
    with named.engine.connect() as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = on")
        connection.commit()
    assert accept(named, clock)
    assert session_of(named) != first


def test_a_session_read_only_during_a_write_discards_the_pool(named: Database, name: ServerName) -> None:
    fill_pool(named)
    with named.writing() as connection:
        before = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()

    def write_in_a_read_only_session() -> None:
        with named.writing() as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            connection.execute(text("DELETE FROM deliveries"))

    opened = name.connections
    with pytest.raises(TransactionLostError, match="read-only"):
        write_in_a_read_only_session()
    assert session_of(named) != before
    fill_pool(named)
    assert name.connections == opened + 3


def test_a_read_only_session_is_used_where_the_operator_allows_it(
    database: Database, database_url: str, clock: Clock
) -> None:
    assert not stored(database)
    set_read_only(database_url, "on")
    with pytest.raises(StoreUnavailableError, match="session is read-only"):
        stored(open_database(database_url))
    anywhere = open_database(f"{database_url}?target_session_attrs=any")
    assert stored(anywhere) == []
    assert session_of(anywhere) == session_of(anywhere)
    with pytest.raises(StoreUnavailableError, match="read-only transaction"):
        accept(anywhere, clock)
    # A pooler may report read-only when the server no longer is.
    with anywhere.writing() as connection:
        connection.execute(text("SET TRANSACTION READ WRITE"))
        connection.execute(text("DELETE FROM deliveries"))
    anywhere.close()
    set_read_only(database_url, "off")


# Lost sessions


@pytest.mark.parametrize("loss", [Loss.REQUEST_CUT, Loss.ANSWER_CUT])
def test_an_enquiry_whose_session_is_lost_is_stored_once(
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


def test_an_enquiry_whose_session_is_terminated_is_stored_at_once(
    named: Database, database: Database, clock: Clock
) -> None:
    fill_pool(named)
    with database.writing() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend(pid) {OTHERS}"))
    reference = accept(named, clock)
    assert stored(database) == [reference]


def test_a_write_lost_twice_is_not_tried_for_ever(named: Database, database: Database, clock: Clock) -> None:
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


# Silent sessions


@pytest.mark.usefixtures("impatient")
def test_a_silent_pooled_session_is_replaced_unnoticed(
    named: Database, name: ServerName, database: Database, clock: Clock
) -> None:
    for number in range(2):
        fill_pool(named)
        name.silence_connections()
        accept(named, clock, f"{number}")
    assert len(stored(database)) == 2


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("loss", [Loss.REQUEST_SILENT, Loss.ANSWER_SILENT])
def test_a_session_falling_silent_keeps_input_and_stores_once(
    client: PageCheckingClient, name: ServerName, database: Database, loss: Loss
) -> None:
    for number, word in enumerate((b"INSERT INTO enquiries", b"COMMIT"), start=1):
        page = client.page("/f/weddings")
        name.lose(word, loss)
        refused = client.send(page=page)
        assert name.lost.is_set(), word
        assert refused.status_code == 503
        assert TYPED["email"] in refused.text
        wait_for(lambda: not in_transaction(database), "the server has finished it")
        receipt = client.send(page=page)
        assert receipt.status_code == 303
        assert client.send(page=page).location == receipt.location
        assert len(stored(database)) == number


def in_transaction(database: Database) -> int:
    """End other sessions that wait for a silent client; return how many are in a transaction."""
    with database.writing() as connection:
        connection.execute(
            text(f"SELECT pg_terminate_backend(pid) {OTHERS} AND state = 'idle in transaction'")
        )
        return int(
            connection.execute(text(f"SELECT count(*) {OTHERS} AND xact_start IS NOT NULL")).scalar_one()
        )


@pytest.mark.usefixtures("impatient")
def test_a_silent_server_keeps_input_and_the_process_lives(
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
def test_unlimited_time_applies_to_its_own_block_only(named: Database) -> None:
    slow = text("SELECT pg_sleep(1)")
    with named.writing() as connection:
        disable_statement_timeout(connection)
        connection.execute(slow)
    with pytest.raises(StoreUnavailableError, match="did not answer within"), named.writing() as connection:
        connection.execute(slow)


# The worker's side


@pytest.mark.usefixtures("impatient")
def test_a_worker_that_loses_a_claim_claims_again(
    named: Database, name: ServerName, database: Database, clock: Clock
) -> None:
    reference = accept(database, clock)
    queue = queue_of(named)
    for loss in Loss:
        name.lose(b"COMMIT", loss)
        with pytest.raises(StoreUnavailableError):
            queue.claim(1)
        assert name.lost.is_set(), loss
        wait_for(lambda: not in_transaction(database), "the server has finished it")
        clock.advance(LEASE + 1)
    assert [claim.reference for claim in queue.claim(1)] == [reference]


@pytest.mark.usefixtures("impatient")
def test_a_listener_silent_from_the_start_does_not_block_a_worker(named: Database, name: ServerName) -> None:
    listener = WakeupListener(named, idle_poll=0.1)
    name.lose(b"LISTEN", Loss.REQUEST_SILENT)
    listener.wait(threading.Event())
    assert name.lost.is_set()
    name.fall_silent()
    listener.wait(threading.Event())
    listener.close()


def test_a_listener_reconnects_from_time_to_time(
    named: Database, name: ServerName, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = WakeupListener(named, idle_poll=0.01)
    listener.wait(threading.Event())
    opened = name.connections
    listener.wait(threading.Event())
    assert name.connections == opened
    monkeypatch.setattr("webapp.outbox.wakeup.MAX_SESSION_AGE_SECONDS", 0)
    listener.wait(threading.Event())
    assert name.connections == opened + 1
    listener.close()
