"""The worker against the sandbox platform: every enquiry arrives, once, with the right values."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from random import Random
from typing import cast

import pytest
import structlog
from sqlalchemy import update

from tests.support.clock import Clock
from tests.support.enquiries import LEASE, accept, enquiry_of, queue_of
from tests.support.processes import wait_for
from webapp.delivery.current_forms import CurrentForms
from webapp.delivery.forwarding import Forwarder
from webapp.delivery.retry_policy import RetryPolicy
from webapp.delivery.worker import Worker
from webapp.enquiry import Enquiry
from webapp.formfile.reader import Forms
from webapp.forms.mapping import build_opportunity
from webapp.outbox.database import Database, StoreUnavailableError
from webapp.outbox.queries import AttemptRow, DeliveryQueries, DeliveryRow, Filter
from webapp.outbox.tables import enquiries
from webapp.outbox.wakeup import WakeupListener
from webapp.platform.client import Account, PlatformClient
from webapp.platform.opportunity import Opportunity
from webapp.sandbox import SandboxServer

UNCLEAR_WAIT = 330.0
SECRET = "test-secret"
POLICY = RetryPolicy(5, UNCLEAR_WAIT, timedelta(days=14), Random(1))

MakeWorker = Callable[..., Worker]


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[SandboxServer]:
    with SandboxServer(key="test-key", secret=SECRET, clock=clock) as server:
        yield server


@pytest.fixture
def make_worker(database: Database, forms: Forms, sandbox: SandboxServer) -> MakeWorker:
    def make(
        url: str = sandbox.url, timeout: float = 2, secret: str = SECRET, forms: Forms = forms
    ) -> Worker:
        client = PlatformClient(Account(url, "test-key", secret), timeout)
        queue = queue_of(database)
        forwarder = Forwarder(queue, client, CurrentForms(lambda: forms), POLICY)
        return Worker(queue, WakeupListener(database), forwarder, 4, record_within=20)

    return make


def work(worker: Worker) -> None:
    worker.run(threading.Event(), once=True)


@contextmanager
def working(worker: Worker) -> Iterator[threading.Event]:
    """Run a worker in a thread; the event, or the end of the block, stops it."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()


def row(database: Database) -> DeliveryRow:
    (only,) = DeliveryQueries(database).list(Filter())
    return only


def history(database: Database, reference: str) -> list[AttemptRow]:
    record = DeliveryQueries(database).show(reference)
    assert record is not None
    ((_, attempts),) = record.deliveries
    return list(attempts)


def test_an_enquiry_becomes_one_opportunity_with_its_values(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer
) -> None:
    reference = accept(database, clock())
    work(make_worker())
    (received,) = sandbox.opportunities()
    assert received["utmSource"] == "google"
    assert received["utmCampaign"] == "spring sale"
    assert reference in received["name"]
    assert received["contact"]["email"] == "ada@example.com"
    assert (row(database).state, row(database).opportunity_id) == ("delivered", received["id"])


def test_the_request_is_kept_with_its_attempt(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer
) -> None:
    reference = accept(database, clock())
    sandbox.faults.next(429)
    work(make_worker())
    (attempt,) = history(database, reference)
    clock.advance(3600)
    work(make_worker())
    (received,) = sandbox.opportunities()
    del received["id"]
    assert attempt.request == received


def test_many_enquiries_arrive_once_each(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer
) -> None:
    references = {accept(database, clock()) for _ in range(25)}
    work(make_worker())
    names = [opportunity["name"] for opportunity in sandbox.opportunities()]
    assert len(names) == 25
    assert {name.partition(":")[0] for name in names} == references


def test_a_busy_platform_is_retried_when_it_asked(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer
) -> None:
    reference = accept(database, clock())
    sandbox.faults.next(429, headers={"Retry-After": "120"})
    work(make_worker())
    waiting = row(database)
    assert (waiting.state, waiting.attempts) == ("queued", 1)
    assert waiting.next_attempt_at == clock() + timedelta(seconds=120)
    clock.advance(120)
    work(make_worker())
    assert row(database).state == "delivered"
    assert [attempt.outcome for attempt in history(database, reference)] == ["not accepted", "delivered"]


def test_an_unreachable_platform_is_retried(
    database: Database, clock: Clock, make_worker: MakeWorker
) -> None:
    accept(database, clock())
    work(make_worker(url="http://127.0.0.1:9"))
    waiting = row(database)
    assert waiting.state == "queued"
    assert waiting.last_error is not None
    assert "could not be reached" in waiting.last_error
    clock.advance(5)
    work(make_worker())
    assert row(database).state == "delivered"


def test_a_refused_enquiry_fails_with_the_platforms_message(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer
) -> None:
    accept(database, clock())
    sandbox.faults.next(400, specific_code=24224)
    work(make_worker())
    refused = row(database)
    assert refused.state == "failed"
    assert "24224" in (refused.last_error or "")
    assert sandbox.opportunities() == []


def test_a_wrong_key_costs_no_attempt_and_all_drains_once_fixed(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer
) -> None:
    accept(database, clock())
    work(make_worker(secret="wrong"))
    paused = row(database)
    assert (paused.state, paused.attempts) == ("queued", 0)
    assert "PLATFORM_KEY" in (paused.last_error or "")
    clock.advance(60)
    work(make_worker())
    assert row(database).state == "delivered"
    assert len(sandbox.opportunities()) == 1


def test_a_wrong_key_pauses_delivery_and_is_probed_one_at_a_time(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer
) -> None:
    references = [accept(database, clock()) for _ in range(12)]
    sandbox.faults.revoke_key()
    for _ in range(5):
        work(make_worker())
        clock.advance(60)
    tries = [len(history(database, reference)) for reference in references]
    assert sum(tries) <= 4 + 4
    assert {row.attempts for row in DeliveryQueries(database).list(Filter())} == {0}
    sandbox.faults.restore_key()
    for _ in range(10):
        work(make_worker())
        clock.advance(5)
    assert {row.state for row in DeliveryQueries(database).list(Filter())} == {"delivered"}
    assert len(sandbox.opportunities()) == 12


def test_a_lookup_uses_the_venue_that_was_sent(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer, forms: Forms
) -> None:
    accept(database, clock())
    sandbox.faults.lose_next_answer()
    sandbox.faults.next(503, action="getOpportunityList")
    work(make_worker())
    moved = forms["weddings"].model_copy(
        update={"opportunity": forms["weddings"].opportunity.model_copy(update={"venue_id": 999})}
    )
    clock.advance(UNCLEAR_WAIT)
    work(make_worker(forms={"weddings": moved}))
    assert row(database).state == "delivered"
    assert len(sandbox.opportunities()) == 1


def test_a_lost_answer_is_found_and_never_resent(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer
) -> None:
    reference = accept(database, clock())
    sandbox.faults.lose_next_answer()
    work(make_worker())
    (received,) = sandbox.opportunities()
    assert (row(database).state, row(database).opportunity_id) == ("delivered", received["id"])
    assert [(attempt.action, attempt.outcome) for attempt in history(database, reference)] == [
        ("send", "unclear"),
        ("look", "delivered"),
    ]


def test_a_lost_request_is_resent_only_after_the_deadline(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer
) -> None:
    accept(database, clock())
    sandbox.faults.lose_next_request()
    work(make_worker())
    assert row(database).state == "unclear"
    clock.advance(UNCLEAR_WAIT - 1)
    work(make_worker())
    assert (row(database).state, sandbox.opportunities()) == ("unclear", [])
    clock.advance(1)
    work(make_worker())
    assert row(database).state == "delivered"
    assert len(sandbox.opportunities()) == 1


def test_a_failed_lookup_sends_nothing(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer
) -> None:
    accept(database, clock())
    sandbox.faults.lose_next_request(action="addOrUpdateOpportunity")
    sandbox.faults.next(500, action="getOpportunityList")
    work(make_worker())
    clock.advance(UNCLEAR_WAIT)
    sandbox.faults.next(429, action="getOpportunityList")
    work(make_worker())
    assert (row(database).state, sandbox.opportunities()) == ("unclear", [])
    clock.advance(UNCLEAR_WAIT)
    work(make_worker())
    assert row(database).state == "delivered"


def test_a_send_whose_worker_died_before_it_left_still_arrives(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer
) -> None:
    accept(database, clock())
    queue = queue_of(database)
    (claim,) = queue.claim(1)
    queue.begin_sending(claim, {"venueId": 107})
    clock.advance(LEASE)
    work(make_worker())
    assert (row(database).state, sandbox.opportunities()) == ("unclear", [])
    clock.advance(UNCLEAR_WAIT - LEASE)
    work(make_worker())
    assert row(database).state == "delivered"
    assert len(sandbox.opportunities()) == 1


def test_a_send_whose_worker_died_after_it_arrived_is_found(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer, forms: Forms
) -> None:
    reference = accept(database, clock())
    queue = queue_of(database)
    (claim,) = queue.claim(1)
    opportunity = build_opportunity(enquiry_of(claim), forms["weddings"])
    client = PlatformClient(Account(sandbox.url, "test-key", SECRET), 2)
    client.add_or_update_opportunity(opportunity, queue.begin_sending(claim, opportunity.as_json()))
    clock.advance(LEASE)
    work(make_worker())
    (received,) = sandbox.opportunities()
    assert (row(database).state, row(database).opportunity_id) == ("delivered", received["id"])
    assert reference in received["name"]


def test_a_send_with_the_reference_behind_the_name_is_found(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer, forms: Forms
) -> None:
    reference = accept(database, clock())
    queue = queue_of(database)
    (claim,) = queue.claim(1)
    today = build_opportunity(enquiry_of(claim), forms["weddings"])
    opportunity = today.model_copy(update={"name": f"Ada Lovelace, Plan your wedding ({reference})"})
    client = PlatformClient(Account(sandbox.url, "test-key", SECRET), 2)
    client.add_or_update_opportunity(opportunity, queue.begin_sending(claim, opportunity.as_json()))
    forged = today.model_copy(update={"name": f"ENQ-00000000: Ada ({reference})"})
    client.add_or_update_opportunity(forged, clock())
    clock.advance(LEASE)
    work(make_worker())
    assert (row(database).state, row(database).opportunity_id) == ("delivered", 755)


def check_failed_alone(database: Database, poison: str, neighbour: str) -> str:
    """Check that one enquiry has failed and its neighbour was delivered; return the error."""
    rows = {row.reference: row for row in DeliveryQueries(database).list(Filter())}
    assert {reference: row.state for reference, row in rows.items()} == {
        poison: "failed",
        neighbour: "delivered",
    }
    return rows[poison].last_error or ""


@pytest.fixture
def assert_fails_alone(database: Database, clock: Clock, make_worker: MakeWorker) -> Callable[[object], None]:
    """Store one enquiry with this content and a good one after it; only the good one is delivered."""

    def check(content: object) -> None:
        poison = accept(database, clock())
        with database.writing() as connection:
            if isinstance(content, str):  # stored as it is, without the column's serialization
                connection.exec_driver_sql("UPDATE enquiries SET content = ?", (content,))
            else:
                connection.execute(update(enquiries).values(content=content))
        neighbour = accept(database, clock())
        work(make_worker())
        check_failed_alone(database, poison, neighbour)

    return check


def test_an_enquiry_that_cannot_be_read_fails_alone(assert_fails_alone: Callable[[object], None]) -> None:
    assert_fails_alone({"surprise": True})


@pytest.mark.engines("sqlite")  # PostgreSQL stores only valid JSON
def test_an_enquiry_whose_document_is_damaged_fails_alone(
    assert_fails_alone: Callable[[object], None],
) -> None:
    assert_fails_alone("{not json")


@pytest.mark.engines("sqlite")  # PostgreSQL refuses to store it
def test_an_enquiry_nested_too_deep_to_parse_fails_alone(
    assert_fails_alone: Callable[[object], None],
) -> None:
    assert_fails_alone("[" * 100_000 + "]" * 100_000)


def test_an_opportunity_that_breaks_a_rule_is_not_sent(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer, forms: Forms
) -> None:
    reference = accept(database, clock())
    constants = forms["weddings"].opportunity.model_copy(update={"venue_id": None, "source_id": None})
    work(make_worker(forms={"weddings": forms["weddings"].model_copy(update={"opportunity": constants})}))
    assert row(database).state == "failed"
    assert row(database).last_error == (
        "Not sent: venueId is required; sourceId is required when id is missing"
    )
    assert [attempt.request for attempt in history(database, reference)] == [None]
    assert sandbox.opportunities() == []


def test_an_enquiry_with_a_missing_form_fails_with_a_remedy(
    database: Database, clock: Clock, make_worker: MakeWorker
) -> None:
    gone = accept(database, clock(), "gone")
    neighbour = accept(database, clock())
    work(make_worker())
    assert "add it again, then retry" in check_failed_alone(database, gone, neighbour)


def test_an_unmappable_enquiry_fails_alone(
    database: Database, clock: Clock, sandbox: SandboxServer, forms: Forms
) -> None:
    poison = accept(database, clock())
    neighbour = accept(database, clock())

    class AllButOne(CurrentForms):
        def build_opportunity(self, enquiry: Enquiry) -> Opportunity:
            if enquiry.reference == poison:
                raise ZeroDivisionError
            return super().build_opportunity(enquiry)

    queue = queue_of(database)
    client = PlatformClient(Account(sandbox.url, "test-key", SECRET), 2)
    forwarder = Forwarder(queue, client, AllButOne(lambda: forms), POLICY)
    work(Worker(queue, WakeupListener(database), forwarder, 4, record_within=20))
    assert "ZeroDivisionError" in check_failed_alone(database, poison, neighbour)


def test_a_call_that_breaks_before_sending_is_retried(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer
) -> None:
    reference = accept(database, clock())
    work(make_worker(secret=cast("str", None)))
    assert row(database).state == "queued"
    attempts = [
        (attempt.action, attempt.outcome, attempt.message) for attempt in history(database, reference)
    ]
    broke = "The call broke off (AttributeError) before anything had left"
    assert attempts == [("send", "not accepted", broke)]
    clock.advance(UNCLEAR_WAIT)
    work(make_worker())
    assert row(database).state == "delivered"
    assert len(sandbox.opportunities()) == 1


@pytest.mark.engines("postgresql")  # SQLite stores it, and the platform may take it
def test_a_request_that_cannot_be_recorded_is_listed_as_failed(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer, forms: Forms
) -> None:
    accept(database, clock())
    form = forms["weddings"]
    constants = form.opportunity.model_copy(update={"description": "a\x00b"})
    work(make_worker(forms={**forms, "weddings": form.model_copy(update={"opportunity": constants})}))
    assert row(database).state == "failed"
    assert "Not sent: the request cannot be stored" in (row(database).last_error or "")
    assert sandbox.opportunities() == []


def test_a_stopping_worker_finishes_what_it_began(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer
) -> None:
    accept(database, clock())
    sandbox.faults.hang()
    with working(make_worker(timeout=20)) as stop:
        wait_for(sandbox.opportunities, "the request arrived")
        stop.set()
        assert row(database).state == "sending"
        sandbox.faults.release()
    assert row(database).state == "delivered"


def test_a_new_enquiry_wakes_an_idle_worker(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer
) -> None:
    with working(make_worker()):
        accept(database, clock())
        wait_for(sandbox.opportunities, "the enquiry arrived")
    assert row(database).state == "delivered"


@contextmanager
def away(database: Database) -> Iterator[None]:
    """Rename a table for the duration of the block."""
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE deliveries RENAME TO away")
    try:
        yield
    finally:
        with database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO deliveries")


def test_an_outcome_is_kept_until_the_database_is_back(
    database: Database, clock: Clock, make_worker: MakeWorker, sandbox: SandboxServer
) -> None:
    accept(database, clock())
    sandbox.faults.hang()
    with working(make_worker(timeout=20)):
        assert sandbox.faults.wait_until_hanging(20)
        with away(database), structlog.testing.capture_logs() as log:
            sandbox.faults.release()
            wait_for(lambda: any(entry["event"] == "outcome_waits" for entry in log), "the outcome waits")
    assert row(database).state == "delivered"
    assert len(sandbox.opportunities()) == 1


def test_a_worker_waits_until_the_database_is_back(
    database: Database, clock: Clock, make_worker: MakeWorker
) -> None:
    accept(database, clock())
    with away(database), pytest.raises(StoreUnavailableError):
        work(make_worker())
    with ExitStack() as stack:
        with away(database), structlog.testing.capture_logs() as log:
            stack.enter_context(working(make_worker()))
            wait_for(lambda: any(entry["event"] == "outbox_unavailable" for entry in log), "it waits")
        wait_for(lambda: row(database).state == "delivered", "the enquiry is delivered")
