"""Slow or silent clients, whether on purpose or not, keep nobody else waiting."""

import contextlib
import os
import re
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from gunicorn.config import Config

from tests.server.slow import (
    SLOW,
    half_a_body,
    half_a_chunk,
    half_a_head,
    lingering,
    not_reading,
    post,
    silent,
)
from tests.server.web_server import CONFIG, WebServer, read_all, serving, status_of
from tests.support.pages import TYPED, check_page
from tests.support.processes import wait_for
from webapp.server.buffering_worker import BufferingWorker
from webapp.server.file_limit import SPARE_FILES, raise_file_limit

IMPATIENT = """
exec(open({config!r}).read())
from webapp.server.buffering_worker import BufferingWorker
from webapp.server.connection import Phase
BufferingWorker.patience = dict.fromkeys(Phase, {seconds})
BufferingWorker.max_held = {held}
keepalive = {seconds}
{more}
"""


def impatient(folder: Path, seconds: int = 1, held: int = 1_000_000, more: str = "") -> Path:
    """Return the project's configuration with shorter timeouts, in seconds, and less memory."""
    path = folder / "impatient.conf.py"
    path.write_text(IMPATIENT.format(config=str(CONFIG), seconds=seconds, held=held, more=more))
    return path


@pytest.fixture(scope="module")
def server(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """The server as shipped, whose timeouts are longer than any test."""
    with serving(tmp_path_factory.mktemp("served"), migrated) as running:
        yield running


@pytest.fixture(scope="module")
def hasty(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """A server with timeouts of a second, and a megabyte for everything it buffers."""
    folder = tmp_path_factory.mktemp("hasty")
    with serving(folder, migrated, config=impatient(folder)) as running:
        yield running


@pytest.fixture
def clients() -> Iterator[ExitStack]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ExitStack() as stack:
        yield stack
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def is_closed(client: socket.socket) -> bool:
    """Say whether the server has closed a connection."""
    client.setblocking(False)  # noqa: FBT003 (the socket's own signature)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


@pytest.mark.parametrize("behave", SLOW, ids=lambda behave: behave.__name__)
def test_sixty_slow_clients_keep_nobody_waiting(
    behave: Callable[[socket.socket], None], server: WebServer, clients: ExitStack
) -> None:
    slow = [
        clients.enter_context(server.connect(receive_buffer=4096))
        for _ in range(12 if behave is not_reading else 60)
    ]
    for client in slow:
        behave(client)
    assert server.visitor.enquire()
    closed = sum(is_closed(client) for client in slow) if behave in {silent, half_a_head, half_a_body} else 0
    assert not closed, "they were closed, and not waited for"


@pytest.mark.parametrize("count", [1_100, 5_000])
def test_idle_connections_keep_nobody_out(count: int, server: WebServer, clients: ExitStack) -> None:
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < count + 500:
        pytest.skip("this system allows too few open files")
    for _ in range(count):
        clients.enter_context(server.connect())
    assert server.visitor.enquire()


def test_the_longest_idle_connection_makes_room_for_others(migrated: Path, tmp_path: Path) -> None:
    config = impatient(tmp_path, seconds=60, more="worker_connections = 20")
    with serving(tmp_path, migrated, config=config) as server, ExitStack() as clients:
        first = [clients.enter_context(server.connect()) for _ in range(20)]
        body = clients.enter_context(server.connect())
        half_a_body(body)
        later = [clients.enter_context(server.connect()) for _ in range(10)]
        assert server.visitor.enquire()
        assert wait_for(lambda: sum(map(is_closed, first)) >= 11, "the first are closed")
        assert not is_closed(later[-1])


@pytest.mark.parametrize(
    ("behave", "status"), [(silent, 0), (half_a_head, 408), (half_a_body, 408), (half_a_chunk, 408)]
)
def test_a_client_that_is_too_slow_is_told_so(
    behave: Callable[[socket.socket], None], status: int, hasty: WebServer
) -> None:
    with hasty.connect() as client:
        behave(client)
        assert status_of(read_all(client)) == status


def test_a_trickle_of_bytes_does_not_extend_the_deadline(hasty: WebServer) -> None:
    with hasty.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        is_over = threading.Event()

        def trickle() -> None:
            with contextlib.suppress(OSError):
                while not is_over.wait(0.1):
                    client.sendall(b"x")

        trickling = threading.Thread(target=trickle)
        trickling.start()
        try:
            assert status_of(client.recv(4096)) == 408
        finally:
            is_over.set()
            trickling.join()


def test_a_client_that_reads_nothing_is_disconnected(hasty: WebServer) -> None:
    with hasty.connect(receive_buffer=4096) as client:
        not_reading(client)
        # What was already in the network buffers still arrives; the end does not.
        wait_for(lambda: _reset_or_ended(client), "the server gives up")


def _reset_or_ended(client: socket.socket) -> bool:
    poll = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
    return poll != 1  # no longer ESTABLISHED


def test_a_client_that_does_not_close_is_disconnected(hasty: WebServer) -> None:
    with hasty.connect() as client:
        lingering(client)
        assert status_of(read_all(client)) == 200
        wait_for(lambda: _reset_or_ended(client), "the server closes")


def test_an_enquiry_over_a_slow_connection_gets_through(server: WebServer) -> None:
    page = check_page(server.visitor.get("/f/weddings").text)
    fields = {**TYPED, **page.hidden(), "message": "x" * 1_900}
    body = "&".join(f"{name}={value}" for name, value in fields.items()).replace(" ", "+").encode()
    with server.connect() as client:
        for byte_at in range(0, len(head := post(len(body), b"Connection: close")), 7):
            client.sendall(head[byte_at : byte_at + 7])
        for at in range(0, len(body), 100):
            client.sendall(body[at : at + 100])
            time.sleep(0.01)
        assert status_of(read_all(client)) == 303


def test_a_client_that_expects_100_continue_gets_it(server: WebServer) -> None:
    with server.connect() as client:
        client.sendall(post(5, b"Expect: 100-continue", b"Connection: close"))
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"a=b&c")
        answer = read_all(client)
        assert status_of(answer) == 422
        assert answer.startswith(b"HTTP/1.1 422 ")
    # A body that is too long is refused instead.
    with server.connect() as client:
        client.sendall(post(5_000_000, b"Expect: 100-continue", b"Connection: close"))
        assert read_all(client).startswith(b"HTTP/1.1 413 ")


def test_pipelined_requests_are_answered_in_turn(server: WebServer) -> None:
    asked = [b"/healthz", b"/f/weddings", b"/nowhere", b"/healthz"]
    requests = b"".join(b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % path for path in asked)
    answers = server.ask(requests + post(3) + b"a=b" + b"GET /last HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert re.findall(rb"HTTP/1\.1 (\d+) ", answers) == [b"200", b"200", b"404", b"200", b"422", b"404"]


def test_an_unread_body_is_not_taken_for_a_request(server: WebServer) -> None:
    hidden = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for length in (len(hidden), 50_000_000):
        answers = server.ask(post(length).replace(b"/f/weddings", b"/nowhere") + hidden)
        assert answers.count(b"HTTP/1.1 ") == 1, length


@pytest.mark.parametrize("digits", ["{:019d}", "{:04000d}", "1000000000000000000"])
def test_an_odd_content_length_smuggles_no_request(digits: str, server: WebServer) -> None:
    hidden = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = post(0).replace(b"Content-Length: 0", b"Content-Length: " + digits.format(len(hidden)).encode())
    for path in (b"/f/weddings", b"/nowhere"):
        answers = server.ask(head.replace(b"/f/weddings", path) + hidden)
        assert answers.count(b"HTTP/1.1 ") == 1, path


def test_memory_for_buffered_requests_is_bounded(hasty: WebServer, clients: ExitStack) -> None:
    slow = [clients.enter_context(hasty.connect()) for _ in range(40)]
    for client in slow:
        with contextlib.suppress(OSError):
            client.sendall(post(60_000) + b"x" * 50_000)
    assert hasty.visitor.enquire()
    # These sent two megabytes, and at most one is buffered.
    assert wait_for(lambda: sum(map(is_closed, slow)) >= 20, "the first are closed")


@pytest.mark.long
def test_a_stopping_server_finishes_requests_and_drops_idle_clients(
    migrated: Path, tmp_path: Path, clients: ExitStack
) -> None:
    with serving(tmp_path, migrated) as server:
        page = check_page(server.visitor.get("/f/weddings").text)
        fields = {**TYPED, **page.hidden()}
        body = "&".join(f"{name}={value}" for name, value in fields.items()).replace(" ", "+").encode()
        idle = [clients.enter_context(server.connect()) for _ in range(50)]
        sending = clients.enter_context(server.connect())
        sending.sendall(post(len(body)) + body[:20])
        server.visitor.get("/healthz")
        os.kill(server.process.pid, signal.SIGTERM)
        wait_for(lambda: all(map(is_closed, idle)), "idle connections are closed")
        assert server.process.poll() is None, "it waits for what has begun"
        sending.sendall(body[20:])
        answer = read_all(sending)
        assert status_of(answer) == 303
        assert b"Connection: close" in answer
        assert server.process.wait(30) == 0


def test_gunicorn_refuses_to_start_with_tls() -> None:
    config = Config()
    BufferingWorker.check_config(config, None)
    config.set("certfile", "certificate.pem")
    with pytest.raises(SystemExit, match="put a web server before it"):
        BufferingWorker.check_config(config, None)


def test_the_file_limit_is_raised_to_the_number_of_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (300, hard))
        assert raise_file_limit(100) == 100
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 100 + SPARE_FILES
        assert raise_file_limit(10_000_000) == min(10_000_000, hard - SPARE_FILES)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
