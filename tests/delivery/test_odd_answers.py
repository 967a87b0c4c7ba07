"""Whatever the platform answers, the outcome is recorded, and nothing is resent unless that is safe."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import delete, select

from tests.platform.odd_answers import answers
from tests.platform.raw_server import Connection, RawServer, http_answer, json_answer
from tests.support.clock import Clock
from tests.support.enquiries import accept, queue_of
from webapp.delivery.current_forms import CurrentForms
from webapp.delivery.forwarding import Forwarder
from webapp.delivery.retry_policy import RetryPolicy
from webapp.delivery.worker import Worker
from webapp.formfile.reader import Forms
from webapp.outbox.breaker import Breaker, write_breaker
from webapp.outbox.database import Database
from webapp.outbox.tables import attempts, deliveries, enquiries
from webapp.outbox.wakeup import WakeupListener
from webapp.platform.client import Account, PlatformClient

UNCLEAR_WAIT: Final = 330.0
A_DAY: Final = 24 * 3600.0
ABSENT: Final = json_answer({"meta": {"totalResults": 0}, "results": []})


class Trial:
    """A worker between a database and a platform that answers with given bytes."""

    def __init__(self, database: Database, clock: Clock, forms: Forms) -> None:
        self.added: bytes = b""
        self.listed: bytes = ABSENT
        self.sends = 0
        self.server = RawServer(self._answer)
        self._database = database
        self._clock = clock
        self._forms = forms

    def _answer(self, connection: Connection) -> None:
        request = connection.read_request()
        is_addition = "addOrUpdateOpportunity" in request.target
        self.sends += is_addition
        connection.send(self.added if is_addition else self.listed)

    def reset(self) -> None:
        """Empty the outbox, close the breaker and store one enquiry."""
        with self._database.writing() as connection:
            for table in (attempts, deliveries, enquiries):
                connection.execute(delete(table))
            write_breaker(connection, Breaker())
        self.sends = 0
        accept(self._database, self._clock())

    def forward(self, later: float = 0) -> str:
        """Let a worker do all that is due; check that the outcome was recorded, and return the state."""
        self._clock.advance(later)
        queue = queue_of(self._database)
        client = PlatformClient(Account(self.server.url, "test-key", "test-secret"), 20)
        policy = RetryPolicy(5, UNCLEAR_WAIT, timedelta(days=14), Random(1))
        forwarder = Forwarder(queue, client, CurrentForms(lambda: self._forms), policy)
        worker = Worker(queue, WakeupListener(self._database), forwarder, 1, record_within=20)
        worker.run(threading.Event(), once=True)
        with self._database.reading() as connection:
            (delivery,) = connection.execute(select(deliveries)).mappings().all()
            outcomes = connection.execute(select(attempts.c.outcome)).scalars().all()
        assert delivery["lease"] is None
        assert None not in outcomes
        return str(delivery["state"])


@pytest.fixture
def trial(database: Database, clock: Clock, forms: Forms) -> Iterator[Trial]:
    trial = Trial(database, clock, forms)
    with trial.server:
        yield trial


@settings(
    max_examples=60,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(added=answers(), listed=answers())
def test_any_answer_is_recorded_and_resent_only_where_that_is_safe(
    trial: Trial, added: bytes, listed: bytes
) -> None:
    trial.added, trial.listed = added, listed
    trial.reset()
    state = trial.forward()
    assert state in {"delivered", "queued", "unclear", "failed"}
    assert trial.sends == 1
    if state == "unclear":
        trial.forward(later=UNCLEAR_WAIT - 1)
    elif state != "queued":
        trial.forward(later=A_DAY)
    assert trial.sends == 1


def chunked(*sizes: str) -> bytes:
    chunks = "".join(f"{size}\r\n12345\r\n" for size in sizes)
    return f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}".encode()


def refusal(code: object, message: str = "No.") -> bytes:
    return json_answer({"errorCode": 400, "specificCode": code, "message": message}, 400)


NESTED: Final = "[" * 900 + "]" * 900
ODD: Final[dict[str, tuple[bytes, str]]] = {
    "a code of 31 digits": (refusal(10**30), "failed"),
    "a code of 31 digits below zero": (refusal(-(10**30)), "failed"),
    "a code just too large": (refusal(2**31), "failed"),
    "a code of 5000 digits": (http_answer(400, '{"specificCode": ' + "9" * 5000 + "}"), "unclear"),
    "a message with a NUL": (refusal(24224, "a\x00b"), "failed"),
    "half a surrogate pair": (http_answer(400, '{"message": "\\ud800"}'), "failed"),
    "a message of a megabyte": (refusal(24224, "m" * 1_000_000), "failed"),
    "a deeply nested message": (http_answer(400, f'{{"message": {NESTED}}}'), "failed"),
    "an id that no column holds": (json_answer({"success": True, "id": 10**30}), "unclear"),
    "an infinite id": (http_answer(200, '{"success": true, "id": 1e400}'), "unclear"),
    "a chunk of a negative size": (chunked("-5"), "unclear"),
    "a chunk larger than memory": (chunked("f" * 30), "unclear"),
    "a chunk without a numeric size": (chunked("zz"), "unclear"),
    "a length below zero": (http_answer(200, "", {"Content-Length": "-5"}), "unclear"),
    "two lengths": (http_answer(200, "", {"Content-Length": "5, 6"}), "unclear"),
    "a redirect to an invalid address": (http_answer(302, "", {"Location": "http://["}), "queued"),
    "a date out of range": (
        http_answer(503, "", {"Retry-After": "May +99999999999 13:30:20 31-May-26"}),
        "queued",
    ),
}


@pytest.mark.parametrize(("answer", "state"), [pytest.param(*row, id=name) for name, row in ODD.items()])
def test_an_odd_answer_is_recorded_as_its_outcome(trial: Trial, answer: bytes, state: str) -> None:
    trial.added = answer
    trial.reset()
    assert trial.forward() == state
    if state == "failed":
        assert trial.forward(later=A_DAY) == state
    assert trial.sends == 1
