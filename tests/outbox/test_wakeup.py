"""An idle worker wakes when something is queued."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from tests.support.clock import Clock
from tests.support.enquiries import accept, queue_of, refused
from tests.support.processes import wait_for
from webapp.outbox.database import Database
from webapp.outbox.requeue import Requeuer
from webapp.outbox.wakeup import WakeupListener

NEVER = 100.0
SOON = 20.0
LISTENERS = "FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"


@pytest.fixture
def patient(database: Database) -> Iterator[WakeupListener]:
    """A listener whose wait does not time out within a test."""
    listener = WakeupListener(database, idle_poll=NEVER)
    yield listener
    listener.close()


def listeners(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(text(f"SELECT count(*) {LISTENERS}")).scalar_one())


def test_a_wait_times_out_so_that_due_deliveries_are_seen(database: Database) -> None:
    listener = WakeupListener(database, idle_poll=0.1)
    listener.wait(threading.Event())
    listener.close()


@pytest.mark.engines("sqlite")
def test_a_stopped_worker_does_not_wait_out_its_time(patient: WakeupListener) -> None:
    stop = threading.Event()
    stop.set()
    began = time.monotonic()
    patient.wait(stop)
    assert time.monotonic() - began < SOON


@pytest.mark.engines("postgresql")
def test_a_new_enquiry_notifies_on_commit(database: Database, clock: Clock, patient: WakeupListener) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(patient.wait, threading.Event())
        wait_for(lambda: listeners(database), "the worker listens")
        assert not waiting.done()
        accept(database, clock())
        waiting.result(SOON)


@pytest.mark.engines("postgresql")
def test_a_requeue_notifies_even_while_nobody_waits(
    database: Database, clock: Clock, patient: WakeupListener
) -> None:
    reference = accept(database, clock())
    queue = queue_of(database)
    queue.record(queue.claim(1)[0], refused("No."))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(patient.wait, threading.Event())
        wait_for(lambda: listeners(database), "the worker listens")
        accept(database, clock())
        waiting.result(SOON)
        Requeuer(database).retry(reference)
        pool.submit(patient.wait, threading.Event()).result(SOON)


@pytest.mark.engines("postgresql")
def test_a_cut_listener_connection_is_reopened(database: Database) -> None:
    listener = WakeupListener(database, idle_poll=0.2)
    listener.wait(threading.Event())
    assert listeners(database) == 1
    with database.writing() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend(pid) {LISTENERS}"))
    wait_for(lambda: not listeners(database), "the line is cut")

    def wait_and_count() -> int:
        listener.wait(threading.Event())
        return listeners(database)

    assert wait_for(wait_and_count, "somebody listens again") == 1
    listener.close()
    wait_for(lambda: not listeners(database), "nobody listens")
