"""The worker as a process: it stops when told, and a kill loses nothing."""

import json
import signal
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.enquiries import an_enquiry
from tests.support.processes import environment, leadform, run, stop, wait_for
from webapp.outbox.database import Database
from webapp.outbox.queries import DeliveryQueries, Filter
from webapp.outbox.store import EnquiryStore, Submission
from webapp.sandbox import SandboxServer


@dataclass
class House:
    """A database, a platform, and the environment that joins them."""

    database: Database
    sandbox: SandboxServer
    env: dict[str, str]
    folder: Path

    def accept(self) -> str:
        enquiry = an_enquiry(datetime.now(UTC))
        return EnquiryStore(self.database).accept(enquiry, Submission(enquiry.reference, "digest")).reference

    def state(self) -> str:
        (row,) = DeliveryQueries(self.database).list(Filter())
        return row.state

    def is_delivered(self) -> bool:
        return self.state() == "delivered"

    def work_until_delivered(self) -> None:
        with leadform("worker", env=self.env, cwd=self.folder) as process:
            wait_for(self.is_delivered, "the enquiry is delivered")
            status, _ = stop(process)
        assert status == 0


@pytest.fixture
def house(database: Database, database_url: str, sandbox: SandboxServer, tmp_path: Path) -> House:
    return House(database, sandbox, environment(database_url, sandbox.url), tmp_path)


def test_once_forwards_what_is_due_and_returns(house: House) -> None:
    reference = house.accept()
    ended = run("worker", "--once", env=house.env, cwd=house.folder)
    assert ended.returncode == 0
    assert house.state() == "delivered"
    events = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [(each["event"], each["reference"]) for each in events] == [("delivery_attempted", reference)]
    for private in ("Ada", "Lovelace", "ada@example.com", "test-secret"):
        assert private not in ended.stderr


def test_once_returns_when_nothing_is_due(house: House) -> None:
    assert run("worker", "--once", env=house.env, cwd=house.folder).returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_worker_that_is_told_to_stop_finishes_its_send(house: House, number: signal.Signals) -> None:
    house.accept()
    house.sandbox.faults.hang()
    env = {**house.env, "DELIVERY_TIMEOUT": "20", "DELIVERY_LEASE": "60"}
    with leadform("worker", env=env, cwd=house.folder) as process:
        wait_for(house.sandbox.opportunities, "the request arrived")
        process.send_signal(number)
        house.sandbox.faults.release()
        status, output = stop(process, signal.SIGCONT)
    assert status == 0, output
    assert house.state() == "delivered"


@pytest.mark.long
def test_killed_before_a_send_the_enquiry_arrives_with_the_next_worker(house: House) -> None:
    with leadform("worker", env=house.env, cwd=house.folder) as process:
        process.kill()
        process.wait()
    house.accept()
    house.work_until_delivered()
    assert len(house.sandbox.opportunities()) == 1


@pytest.mark.long
def test_killed_during_a_send_that_arrived_the_enquiry_is_found_and_not_doubled(house: House) -> None:
    house.accept()
    house.sandbox.faults.hang()
    with leadform("worker", env=house.env, cwd=house.folder) as process:
        wait_for(house.sandbox.opportunities, "the request arrived")
        process.kill()
        process.wait()
    assert house.state() == "sending"
    house.sandbox.faults.release()
    house.work_until_delivered()
    assert len(house.sandbox.opportunities()) == 1


@pytest.mark.long
def test_killed_during_a_send_that_never_arrived_the_enquiry_arrives_in_the_end(house: House) -> None:
    house.accept()
    house.sandbox.faults.lose_next_request()
    with leadform("worker", env=house.env, cwd=house.folder) as process:
        wait_for(lambda: house.state() != "queued", "the send has begun")
        process.kill()
        process.wait()
    house.work_until_delivered()
    assert len(house.sandbox.opportunities()) == 1


@pytest.mark.long
def test_killed_after_a_send_the_enquiry_is_not_sent_again(house: House) -> None:
    house.accept()
    with leadform("worker", env=house.env, cwd=house.folder) as process:
        wait_for(house.is_delivered, "the enquiry is delivered")
        process.kill()
        process.wait()
    assert run("worker", "--once", env=house.env, cwd=house.folder).returncode == 0
    assert len(house.sandbox.opportunities()) == 1
