"""The event loop for all clients, with real connections and without a process of its own."""

import logging
import selectors
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack

import pytest
from gunicorn.config import Config

from webapp.server.buffering_worker import BufferingWorker
from webapp.server.connection import Connection, Phase
from webapp.server.framing import Framing

PATIENCE = BufferingWorker.patience[Phase.ANSWER]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def worker(stack: ExitStack) -> BufferingWorker:
    """A worker for one connection."""
    config = Config()
    config.set("worker_connections", 1)
    made = BufferingWorker(1, 1, [], None, 30, config, logging.getLogger())
    stack.callback(made.tmp.close)
    made.poller = stack.enter_context(selectors.DefaultSelector())
    return made


@pytest.fixture
def connect(worker: BufferingWorker, stack: ExitStack) -> Iterator[Callable[[], socket.socket]]:
    """Return a function that connects one more client to the worker, and returns the client's socket."""
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

    def connected() -> socket.socket:
        client = stack.enter_context(socket.create_connection(listener.getsockname()))
        worker.accept(listener)
        return client

    yield connected
    worker.murder_keepalived(force=True)


def test_a_connection_sending_while_it_is_evicted_is_closed_once(
    worker: BufferingWorker, connect: Callable[[], socket.socket]
) -> None:
    connect().sendall(b"GET")
    events = worker.poller.select(5)
    connect()
    for key, _ in events:
        key.data(key.fileobj)
    assert worker.nr_conns == 1


def test_an_answer_has_time_as_long_as_it_is_being_read(worker: BufferingWorker, stack: ExitStack) -> None:
    ours, client = map(stack.enter_context, socket.socketpair())
    connection = Connection(worker.cfg, ours, ("127.0.0.1", 1), ("127.0.0.1", 2), Framing(1_000))
    worker.nr_conns = 1
    connection.answer(bytes(2_000_000))
    answered: Future[bool] = Future()
    answered.set_result(False)
    worker.finish_request(connection, answered)
    for _ in range(3):
        connection.since -= PATIENCE - 1
        client.recv(1_000_000)
        worker.wait_for_and_dispatch_events(5)
        worker.murder_pending()
        assert not connection.is_broken
    connection.since -= PATIENCE
    worker.murder_pending()
    assert connection.is_broken
    assert worker.nr_conns == 0
