"""The worker as a process: it stops on a signal, and a kill loses nothing."""

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
class WorkerRig:
    """A database, a sandbox platform, and the environment of a worker between them."""

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
def rig(database: Database, database_url: str, sandbox: SandboxServer, tmp_path: Path) -> WorkerRig:
    return WorkerRig(database, sandbox, environment(database_url, sandbox.url), tmp_path)


def test_once_forwards_what_is_due_and_returns(rig: WorkerRig) -> None:
    reference = rig.accept()
    ended = run("worker", "--once", env=rig.env, cwd=rig.folder)
    assert ended.returncode == 0
    assert rig.state() == "delivered"
    events = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [(event["event"], event["reference"]) for event in events] == [("delivery_attempted", reference)]
    for private in ("Ada", "Lovelace", "ada@example.com", "test-secret"):
        assert private not in ended.stderr


def test_once_returns_when_nothing_is_due(rig: WorkerRig) -> None:
    assert run("worker", "--once", env=rig.env, cwd=rig.folder).returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_stopping_worker_finishes_its_send(rig: WorkerRig, number: signal.Signals) -> None:
    rig.accept()
    rig.sandbox.faults.hang()
    env = {**rig.env, "DELIVERY_TIMEOUT": "20", "DELIVERY_LEASE": "60"}
    with leadform("worker", env=env, cwd=rig.folder) as process:
        wait_for(rig.sandbox.opportunities, "the request arrived")
        process.send_signal(number)
        rig.sandbox.faults.release()
        status, output = stop(process, signal.SIGCONT)
    assert status == 0, output
    assert rig.state() == "delivered"


@pytest.mark.long
def test_an_enquiry_survives_a_worker_killed_before_the_send(rig: WorkerRig) -> None:
    with leadform("worker", env=rig.env, cwd=rig.folder) as process:
        process.kill()
        process.wait()
    rig.accept()
    rig.work_until_delivered()
    assert len(rig.sandbox.opportunities()) == 1


@pytest.mark.long
def test_a_send_that_arrived_before_the_kill_is_not_doubled(rig: WorkerRig) -> None:
    rig.accept()
    rig.sandbox.faults.hang()
    with leadform("worker", env=rig.env, cwd=rig.folder) as process:
        wait_for(rig.sandbox.opportunities, "the request arrived")
        process.kill()
        process.wait()
    assert rig.state() == "sending"
    rig.sandbox.faults.release()
    rig.work_until_delivered()
    assert len(rig.sandbox.opportunities()) == 1


@pytest.mark.long
def test_a_send_lost_in_the_kill_arrives_in_the_end(rig: WorkerRig) -> None:
    rig.accept()
    rig.sandbox.faults.lose_next_request()
    with leadform("worker", env=rig.env, cwd=rig.folder) as process:
        wait_for(lambda: rig.state() != "queued", "the send has begun")
        process.kill()
        process.wait()
    rig.work_until_delivered()
    assert len(rig.sandbox.opportunities()) == 1


@pytest.mark.long
def test_a_worker_killed_after_a_send_does_not_repeat_it(rig: WorkerRig) -> None:
    rig.accept()
    with leadform("worker", env=rig.env, cwd=rig.folder) as process:
        wait_for(rig.is_delivered, "the enquiry is delivered")
        process.kill()
        process.wait()
    assert run("worker", "--once", env=rig.env, cwd=rig.folder).returncode == 0
    assert len(rig.sandbox.opportunities()) == 1
