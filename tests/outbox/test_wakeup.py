"""An idle worker wakes when something is queued."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from tests.conftest import Clock
from tests.support.enquiries import accept, queue_of, refused
from tests.support.processes import wait_for
from webapp.outbox.database import Database
from webapp.outbox.requeue import Requeuer
from webapp.outbox.wakeup import WakeupListener

IMMUTABLE = 100.0
SOON = 20.0
LISTENERS = "FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"


@pytest.fixture
def patient(database: Database) -> Iterator[WakeupListener]:
    """A doorbell whose wait does not end by itself within a test."""
    doorbell = WakeupListener(database, idle_poll=IMMUTABLE)
    yield doorbell
    doorbell.close()


def listeners(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(text(f"SELECT count(*) {LISTENERS}")).scalar_one())


def test_a_wait_ends_by_itself_so_that_what_comes_due_is_seen(database: Database) -> None:
    doorbell = WakeupListener(database, idle_poll=0.1)
    doorbell.wait(threading.Event())
    doorbell.close()


@pytest.mark.engines("sqlite")
def test_a_worker_that_is_told_to_stop_does_not_wait_to_the_end(patient: WakeupListener) -> None:
    stop = threading.Event()
    stop.set()
    began = time.monotonic()
    patient.wait(stop)
    assert time.monotonic() - began < SOON


@pytest.mark.engines("postgresql")
def test_a_new_enquiry_rings_when_it_is_committed(
    database: Database, clock: Clock, patient: WakeupListener
) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(patient.wait, threading.Event())
        wait_for(lambda: listeners(database), "the worker listens")
        assert not waiting.done()
        accept(database, clock())
        waiting.result(SOON)


@pytest.mark.engines("postgresql")
def test_what_a_person_queues_again_rings_also_while_nobody_waits(
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
def test_a_line_that_is_cut_is_laid_anew(database: Database) -> None:
    doorbell = WakeupListener(database, idle_poll=0.2)
    doorbell.wait(threading.Event())
    assert listeners(database) == 1
    with database.writing() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend(pid) {LISTENERS}"))
    wait_for(lambda: not listeners(database), "the line is cut")

    def wait_and_count() -> int:
        doorbell.wait(threading.Event())
        return listeners(database)

    assert wait_for(wait_and_count, "somebody listens again") == 1
    doorbell.close()
    wait_for(lambda: not listeners(database), "nobody listens")
