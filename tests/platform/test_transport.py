"""A call has one deadline, however the server behaves, and its error says whether anything was sent."""

from __future__ import annotations

import gzip
import http.cookiejar
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
import requests

from tests.platform.raw_server import (
    CERTIFICATE,
    Behaviour,
    Connection,
    RawServer,
    answering,
    http_answer,
    json_answer,
)
from webapp.platform.client import MAX_RESPONSE_BYTES, Account, PlatformClient
from webapp.platform.errors import PlatformError, Retryable, Unclear
from webapp.platform.opportunity import Opportunity
from webapp.platform.transport import DeadlineAdapter, DeadlineExceededError, Exchange, exchange_within

DEADLINE: Final = 0.5
MAX_ELAPSED: Final = 5.0
LEAD: Final = Opportunity.model_validate({"venueId": 107, "name": "Lead", "typeId": 18, "sourceId": 25})
DELIVERED: Final = json_answer({"success": True, "id": 755})


def add(url: str, opportunity: Opportunity = LEAD, timeout: float = 10) -> int:
    client = PlatformClient(Account(url, "key", "secret"), timeout)
    return client.add_or_update_opportunity(opportunity, datetime.now(UTC))


@contextmanager
def taking_at_most(seconds: float) -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds


# The deadline


def drips_its_answer(connection: Connection) -> None:
    connection.read_request()
    connection.drip(http_answer(200, b" " * 5000 + b'{"success": true, "id": 755}'))


def drips_only_the_body(connection: Connection) -> None:
    connection.read_request()
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    connection.drip(b" " * 5000)


def drips_endless_headers(connection: Connection) -> None:
    connection.read_request()
    connection.send(b"HTTP/1.1 200 OK\r\n")
    connection.drip(b"X-Wait: a little longer\r\n" * 90)


def drips_chunks(connection: Connection) -> None:
    connection.read_request()
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    connection.drip(b"1\r\n \r\n" * 1000)


def goes_on_with_100_continue(connection: Connection) -> None:
    connection.read_request()
    while not connection.server_closes_within(0.05):
        connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")


def reads_and_never_answers(connection: Connection) -> None:
    connection.read_request()
    connection.keep_silent()


def never_reads(connection: Connection) -> None:
    connection.keep_silent()


@pytest.mark.parametrize(
    "behaviour",
    [
        drips_its_answer,
        drips_only_the_body,
        drips_endless_headers,
        drips_chunks,
        goes_on_with_100_continue,
        reads_and_never_answers,
        never_reads,
    ],
)
def test_a_slow_server_cannot_delay_a_call_past_its_deadline(behaviour: Behaviour) -> None:
    with (
        RawServer(behaviour) as server,
        taking_at_most(MAX_ELAPSED),
        pytest.raises(Unclear, match="took longer than it may"),
    ):
        add(server.url, timeout=DEADLINE)


def test_a_server_that_reads_nothing_cannot_delay_past_the_deadline() -> None:
    long = LEAD.model_copy(update={"description": "x" * 20_000_000})
    with (
        RawServer(never_reads, buffer=4096) as server,
        taking_at_most(MAX_ELAPSED),
        pytest.raises(Unclear, match="took longer than it may"),
    ):
        add(server.url, long, timeout=DEADLINE)


def test_a_slow_answer_within_the_deadline_is_accepted() -> None:
    def drips_in_time(connection: Connection) -> None:
        connection.read_request()
        connection.drip(DELIVERED, pause=0.002)

    with RawServer(drips_in_time) as server:
        assert add(server.url, timeout=30) == 755


def test_a_tls_handshake_that_hangs_ends_at_the_deadline() -> None:
    with (
        RawServer(never_reads) as server,
        taking_at_most(MAX_ELAPSED),
        pytest.raises(Retryable, match="could not be reached"),
    ):
        add(server.url.replace("http:", "https:"), timeout=DEADLINE)


def test_a_name_lookup_that_hangs_ends_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = threading.Event()

    def hang(*_: object, **__: object) -> list[Any]:
        over.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        with taking_at_most(MAX_ELAPSED), pytest.raises(Retryable, match="could not be reached"):
            add("https://platform.example", timeout=DEADLINE)
    finally:
        over.set()


def test_a_passed_deadline_is_reported_before_connecting() -> None:
    exchange = Exchange(0)
    with pytest.raises(DeadlineExceededError):
        exchange.remaining()


def test_every_call_has_its_own_deadline() -> None:
    with RawServer(reads_and_never_answers, answering(DELIVERED)) as server:
        client = PlatformClient(Account(server.url, "key", "secret"), DEADLINE)
        with pytest.raises(Unclear):
            client.add_or_update_opportunity(LEAD, datetime.now(UTC))
        assert client.add_or_update_opportunity(LEAD, datetime.now(UTC)) == 755


def test_calls_in_threads_have_their_own_deadlines() -> None:
    with RawServer(reads_and_never_answers) as stuck, RawServer(answering(DELIVERED)) as honest:
        outcomes: list[object] = []

        def call_stuck() -> None:
            try:
                add(stuck.url, timeout=DEADLINE)
            except PlatformError as error:
                outcomes.append(type(error))

        thread = threading.Thread(target=call_stuck)
        thread.start()
        assert add(honest.url, timeout=30) == 755
        thread.join(MAX_ELAPSED)
        assert outcomes == [Unclear]


# Nothing was sent


@contextmanager
def closed_port() -> Iterator[int]:
    """Reserve a port on which nobody listens."""
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def test_a_refused_connection_is_retryable() -> None:
    with closed_port() as port, pytest.raises(Retryable, match="refused"):
        add(f"http://127.0.0.1:{port}")


def test_a_name_that_does_not_resolve_is_retryable() -> None:
    with pytest.raises(Retryable, match="could not be reached"):
        add("https://nonexistent.invalid")


def test_tls_to_a_server_without_it_is_retryable() -> None:
    received: list[bytes] = []

    def speaks_plainly(connection: Connection) -> None:
        received.append(connection.read_some())
        connection.send(http_answer(400, "This is a plain server"))

    with RawServer(speaks_plainly) as server, pytest.raises(Retryable, match="could not be reached"):
        add(server.url.replace("http:", "https:"))
    assert b"venue" not in b"".join(received)


def test_nothing_is_sent_to_an_untrusted_certificate() -> None:
    with (
        RawServer(answering(DELIVERED), certificate=CERTIFICATE) as server,
        pytest.raises(Retryable, match="certificate verify failed"),
    ):
        add(server.url)
    assert server.requests == []


def resets_in_the_handshake(connection: Connection) -> None:
    connection.read_some()
    connection.reset()


@pytest.mark.parametrize("behaviour", [Connection.close, resets_in_the_handshake])
def test_a_broken_tls_handshake_is_retryable(behaviour: Behaviour) -> None:
    with RawServer(behaviour) as server, pytest.raises(Retryable, match="could not be reached"):
        add(server.url.replace("http:", "https:"))


def test_a_dead_address_is_followed_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_port() as dead, RawServer(answering(DELIVERED)) as server:
        addresses = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in (dead, server.port)
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: addresses)
        assert add("http://platform.example") == 755


# Something was sent, and no complete answer came


def reads_and_closes(connection: Connection) -> None:
    connection.read_request()


def reads_and_resets(connection: Connection) -> None:
    connection.read_request()
    connection.reset()


@pytest.mark.parametrize("behaviour", [reads_and_closes, reads_and_resets, Connection.close])
def test_a_connection_closed_without_an_answer_is_unclear(behaviour: Behaviour) -> None:
    with RawServer(behaviour) as server, pytest.raises(Unclear):
        add(server.url)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(DELIVERED[:-5], id="fewer bytes than Content-Length says"),
        pytest.param(DELIVERED[:12], id="cut in the status line"),
        pytest.param(DELIVERED[:30], id="cut in the headers"),
        pytest.param(http_answer(200, b"", {"Content-Length": "28"}), id="headers alone"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + b'{"success": true',
            id="half a chunk",
        ),
        pytest.param(
            b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1c\r\n{"success": true, "id": 755}\r\n',
            id="no last chunk",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + b'{"success": true, "id": 755}',
            id="a chunk of no length",
        ),
        pytest.param(b"I am no HTTP server\r\n\r\n", id="no HTTP"),
        pytest.param(b"\x00\xff\x00\xff" * 100, id="noise"),
        pytest.param(
            http_answer(200, b'{"success": true, "id": 755}', {"Content-Length": "28, 29"}),
            id="two lengths at once",
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n{}", id="too many headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n{}", id="too long a header"),
    ],
)
def test_an_incomplete_answer_is_unclear(answer: bytes) -> None:
    with RawServer(answering(answer)) as server, pytest.raises(Unclear):
        add(server.url)


def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    answer = b'HTTP/1.1 200 OK\r\n\r\n{"success": true, "id": 755}'
    with RawServer(answering(answer)) as server:
        assert add(server.url) == 755


def test_a_chunked_answer_is_joined() -> None:
    answer = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b'10\r\n{"success": true\r\nc\r\n, "id": 755}\r\n0\r\n\r\n'
    )
    with RawServer(answering(answer)) as server:
        assert add(server.url) == 755


# Unrequested content


def test_an_answer_of_the_maximum_length_is_read() -> None:
    body = b'{"success": true, "id": 755}'.ljust(MAX_RESPONSE_BYTES)
    with RawServer(answering(http_answer(200, body))) as server:
        assert add(server.url) == 755


def test_an_answer_over_the_maximum_length_is_unclear() -> None:
    body = b'{"success": true, "id": 755}'.ljust(MAX_RESPONSE_BYTES + 1)
    with RawServer(answering(http_answer(200, body))) as server, pytest.raises(Unclear, match="longer than"):
        add(server.url)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", id="no length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n", id="an honest length"),
        pytest.param(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n", id="a redirect"),
    ],
)
def test_reading_an_endless_answer_stops(head: bytes) -> None:
    sent = 0

    def never_ends(connection: Connection) -> None:
        nonlocal sent
        connection.read_request()
        connection.send(head)
        while True:
            connection.send(b" " * 65536)
            sent += 65536

    with RawServer(never_ends) as server:
        with pytest.raises(Unclear, match="longer than"):
            add(server.url, timeout=30)
        server.finish()
    assert sent < 64 * MAX_RESPONSE_BYTES


def test_cookies_are_never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def is_read(headers: object) -> None:
        raise AssertionError(f"{headers!r:.100} were read, which takes seconds where there are many")

    monkeypatch.setattr(http.cookiejar, "parse_ns_headers", is_read)
    crumbs = b"Set-Cookie: " + b"a=b;" * 16_000 + b"\r\n"
    with RawServer(answering(DELIVERED.replace(b"Connection", crumbs * 90 + b"Connection"))) as server:
        assert add(server.url, timeout=30) == 755


def test_an_unrequested_content_encoding_is_unclear() -> None:
    packed = gzip.compress(b'{"success": true, "id": 755}')
    answer = http_answer(200, packed, {"Content-Encoding": "gzip"})
    with RawServer(answering(answer)) as server, pytest.raises(Unclear):
        add(server.url)


def test_a_compression_bomb_is_not_unpacked() -> None:
    unpacked = 64 * 1024 * 1024
    bomb = gzip.compress(b'{"success": true, "id": 755}'.ljust(unpacked))
    answer = http_answer(200, bomb, {"Content-Encoding": "gzip"})
    with RawServer(answering(answer)) as server:
        tracemalloc.start()
        try:
            with pytest.raises(Unclear):
                add(server.url)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < unpacked / 4


# No other server is contacted


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with RawServer(answering(DELIVERED)) as elsewhere:
        answer = http_answer(status, b"", {"Location": f"{elsewhere.url}/api/1.0/venue"})
        with RawServer(answering(answer)) as server, pytest.raises(PlatformError):
            add(server.url)
        assert elsewhere.connections == 0


def test_proxies_from_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(answering(DELIVERED)) as proxy, RawServer(answering(DELIVERED)) as server:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("no_proxy", "")
        assert add(server.url) == 755
        assert proxy.connections == 0


def test_passwords_from_netrc_are_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with RawServer(answering(DELIVERED)) as server:
        add(server.url)
        (request,) = server.requests
        assert "authorization" not in {name.lower() for name, _ in request.headers}


# TLS with a certificate that the caller trusts


@contextmanager
def trusting() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.mount("https://", DeadlineAdapter())
        session.trust_env = False
        session.verify = str(CERTIFICATE)
        yield session


def test_an_answer_over_tls_is_read() -> None:
    with (
        RawServer(answering(DELIVERED), certificate=CERTIFICATE) as server,
        trusting() as session,
        exchange_within(10) as exchange,
    ):
        answer = session.post(f"{server.url}/api", data=b"{}")
        assert answer.json() == {"success": True, "id": 755}
        assert exchange.sending


@pytest.mark.parametrize(
    "behaviour", [drips_its_answer, drips_only_the_body, reads_and_never_answers, never_reads]
)
def test_the_deadline_applies_over_tls_too(behaviour: Behaviour) -> None:
    with (
        RawServer(behaviour, certificate=CERTIFICATE) as server,
        trusting() as session,
        exchange_within(DEADLINE),
        taking_at_most(MAX_ELAPSED),
        pytest.raises(requests.RequestException),
    ):
        session.post(f"{server.url}/api", data=b"{}")


def test_the_deadline_applies_to_a_long_request_over_tls() -> None:
    with (
        RawServer(never_reads, certificate=CERTIFICATE, buffer=4096) as server,
        trusting() as session,
        exchange_within(DEADLINE),
        taking_at_most(MAX_ELAPSED),
        pytest.raises(requests.RequestException),
    ):
        session.post(f"{server.url}/api", data=b"x" * 20_000_000)


def test_nothing_is_sent_to_a_certificate_for_another_name() -> None:
    with (
        RawServer(answering(DELIVERED), certificate=CERTIFICATE) as server,
        trusting() as session,
        exchange_within(10) as exchange,
    ):
        with pytest.raises(requests.exceptions.SSLError):
            session.post(f"https://localhost:{server.port}/api", data=b"{}")
        assert not exchange.sending
    assert server.requests == []


@pytest.mark.parametrize("host", ["api..example", "a" * 64 + ".example"])
def test_an_unresolvable_host_is_reported_at_once(host: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Retryable):
        add(f"https://{host}", timeout=30)
    assert time.monotonic() - begun < 15


def test_a_connection_reset_at_once_is_an_outcome() -> None:
    with RawServer(Connection.reset) as server:
        for _ in range(50):
            with pytest.raises((Retryable, Unclear)):
                add(server.url)
