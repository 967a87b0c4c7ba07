"""The forms as gunicorn serves them, over HTTP."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.conftest import NewDatabase
from tests.support.pages import TYPED, check_page
from tests.support.processes import Visitor, environment, free_port, leadform, stop
from webapp.outbox.database import Database, open_database
from webapp.outbox.migrations import upgrade
from webapp.outbox.queries import DeliveryQueries, Filter


@dataclass
class Served:
    """A running web server and its database."""

    visitor: Visitor
    queries: DeliveryQueries

    def references(self) -> set[str]:
        return {row.reference for row in self.queries.list(Filter())}


@pytest.fixture(scope="module")
def served(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    port = free_port()
    with new_database(folder) as url:
        database = open_database(url)
        upgrade(database)
        env = environment(url, "http://127.0.0.1:9", PORT=str(port))
        with leadform("web", "--host", "127.0.0.1", env=env, cwd=folder):
            visitor = Visitor(port)
            visitor.wait_until_served()
            yield Served(visitor, DeliveryQueries(database))
        database.close()


@pytest.fixture
def visitor(served: Served) -> Visitor:
    return served.visitor


def test_an_enquiry_is_stored_before_its_receipt_is_shown(served: Served) -> None:
    reference = served.visitor.enquire("?utm_source=google")
    newest = served.queries.list(Filter())[0]
    assert (newest.reference, newest.state) == (reference, "queued")


@pytest.mark.parametrize("size", [66_000, 5_000_000])
def test_a_body_that_is_too_large_gets_an_answer(size: int, visitor: Visitor) -> None:
    answer = visitor.send(message="x" * size)
    assert answer.status_code == 413
    assert "has not been sent" in answer.text


def test_a_body_without_a_length_has_the_same_limit(visitor: Visitor) -> None:
    host, port = visitor.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(
            b"POST /f/weddings HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
        )
        for _ in range(5):
            connection.sendall(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
        connection.sendall(b"0\r\n\r\n")
        assert b" 413 " in connection.recv(100)


def test_an_incomplete_enquiry_is_not_stored(served: Served, visitor: Visitor) -> None:
    before = served.references()
    fields = {**TYPED, **check_page(visitor.get("/f/weddings").text).hidden()}
    del fields["message"]
    body = urlencode({**fields, "message": "for forty guests, but not on Sunday"}).encode()
    host, port = visitor.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(
            b"POST /f/weddings HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body) + body.removesuffix(b"not+on+Sunday")
        )
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert b" 303 " not in answer
    assert served.references() == before


def test_a_link_with_every_click_id_is_accepted(visitor: Visitor) -> None:
    query = "?" + "&".join(
        f"{name}={'x' * 1000}" for name in ("gclid", "wbraid", "fbclid", "msclkid", "ttclid")
    )
    assert visitor.get(f"/f/weddings{query}").status_code == 200


def test_the_server_stops_cleanly_and_logs_no_personal_data(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    assert database is not None
    port = free_port()
    env = environment(database_url, "http://127.0.0.1:9", PORT=str(port), LOG_LEVEL="debug")
    with leadform("web", "--host", "127.0.0.1", env=env, cwd=tmp_path) as process:
        visitor = Visitor(port)
        visitor.wait_until_served()
        answer = visitor.send("?utm_source=google")
        receipt = answer.url.rsplit("/", 1)[1]
        status, output = stop(process)
    assert status == 0
    assert '"event": "enquiry_received"' in output
    assert all(line.startswith("{") for line in output.splitlines()), output
    for private in ("Ada", "Lovelace", "ada@example.com", "0412", receipt):
        assert private not in output
