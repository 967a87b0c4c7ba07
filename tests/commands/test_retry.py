"""``leads retry`` and ``leads release``, and what they report."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from tests.commands.conftest import invoke
from tests.support.clock import Clock
from tests.support.enquiries import accept, delivered, enquiry_of, queue_of, refused, revoked
from tests.support.processes import FORMS_FILE
from webapp.delivery.current_forms import CurrentForms
from webapp.enquiry import DeliveryState
from webapp.formfile.reader import Forms
from webapp.outbox.claim import Outcome
from webapp.outbox.database import Database
from webapp.outbox.queries import DeliveryQueries, Filter
from webapp.outbox.tables import deliveries


@pytest.fixture
def reference(database: Database, clock: Clock) -> str:
    return accept(database, clock())


def attempt(database: Database, forms: Forms, outcome: Outcome) -> None:
    """Make one attempt at what is due, as a worker would, with this outcome."""
    queue = queue_of(database)
    (claim,) = queue.claim(1)
    queue.begin_sending(claim, CurrentForms(lambda: forms).build_opportunity(enquiry_of(claim)).as_json())
    queue.record(claim, outcome)


def state(database: Database) -> str:
    (row,) = DeliveryQueries(database).list(Filter())
    return row.state


def test_a_failed_delivery_is_requeued_by_a_typed_reference(
    leads: CliRunner, database: Database, forms: Forms, reference: str
) -> None:
    attempt(database, forms, refused("No."))
    result = invoke(leads, "retry", reference.removeprefix("ENQ-").lower())
    assert (result.exit_code, result.stdout) == (0, f"{reference}: queued again.\n")
    assert state(database) == "queued"


def test_every_failed_delivery_is_requeued(
    leads: CliRunner, database: Database, clock: Clock, forms: Forms, reference: str
) -> None:
    attempt(database, forms, refused("No."))
    accept(database, clock())
    result = invoke(leads, "retry", "--state", "failed")
    assert (result.exit_code, result.stdout) == (0, f"{reference}: queued again.\n")
    assert "nothing to do" in invoke(leads, "retry", "--state", "failed").stdout


def test_a_changed_forms_file_is_reported_with_its_changes(
    leads: CliRunner,
    database: Database,
    forms: Forms,
    reference: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempt(database, forms, refused("No."))
    changed = Path("changed.toml")
    text = FORMS_FILE.read_text(encoding="utf-8").replace("typeId   = 18", "typeId   = 19")
    changed.write_text(text, encoding="utf-8")
    monkeypatch.setenv("FORMS_FILE", str(changed))
    assert invoke(leads, "retry", reference).stdout == (
        f"{reference}: queued again. It is sent by the forms file of today, which changes typeId.\n"
    )


def test_a_missing_form_is_reported_before_it_fails_again(
    leads: CliRunner, database: Database, clock: Clock
) -> None:
    gone = accept(database, clock(), "gone")
    queue = queue_of(database)
    queue.record(queue.claim(1)[0], refused("No form"))
    assert "It will fail again: The form 'gone' is not in the forms file" in (
        invoke(leads, "retry", gone).stdout
    )


def test_a_delivery_in_doubt_is_looked_up_and_reported(
    leads: CliRunner, database: Database, forms: Forms, reference: str
) -> None:
    attempt(database, forms, refused("Gave up", in_doubt=True))
    assert "may have arrived" in invoke(leads, "retry", reference).stdout
    assert state(database) == "unclear"


def test_a_delivery_being_sent_or_delivered_is_left_alone(
    leads: CliRunner, database: Database, reference: str
) -> None:
    queue = queue_of(database)
    (claim,) = queue.claim(1)
    assert "a worker has it in hand" in invoke(leads, "retry", reference).stdout
    queue.record(claim, delivered(755))
    result = invoke(leads, "retry", reference)
    assert (result.exit_code, result.stdout) == (
        0,
        f"{reference}: is delivered already, as opportunity 755: nothing to do.\n",
    )


def test_a_held_delivery_is_released_and_not_retried(
    leads: CliRunner, database: Database, reference: str
) -> None:
    with database.writing() as connection:
        connection.execute(update(deliveries).values(state=DeliveryState.HELD, due_at=None))
    refusal = invoke(leads, "retry", reference)
    assert (refusal.exit_code, refusal.stderr) == (
        1,
        f"Error: {reference} is held: leadform leads release {reference} lets it go\n",
    )
    assert invoke(leads, "release", reference).stdout == f"{reference}: released, and queued.\n"
    assert "is queued, not held" in invoke(leads, "release", reference).stdout
    assert state(database) == "queued"


@pytest.mark.parametrize("command", ["retry", "release"])
def test_an_unknown_reference_does_not_stop_the_others(
    leads: CliRunner, reference: str, command: str
) -> None:
    result = invoke(leads, command, "ENQ-00000000", reference)
    assert result.exit_code == 1
    assert (
        result.stderr == "Error: There is no enquiry ENQ-00000000: leadform leads list shows what there is\n"
    )
    assert reference in result.stdout


@pytest.mark.parametrize("arguments", [(), ("--state", "failed", "ENQ-00000000")])
def test_a_retry_names_references_or_a_state_and_never_both(
    leads: CliRunner, arguments: tuple[str, ...]
) -> None:
    result = invoke(leads, "retry", *arguments)
    assert result.exit_code == 2
    assert "Name references, or --state failed" in result.stderr


def test_a_pause_is_reported_by_every_leads_command(
    leads: CliRunner, database: Database, forms: Forms, reference: str
) -> None:
    attempt(database, forms, revoked())
    message = "Sending has been paused since 2026-05-31T12:00:00Z: Revoked\n"
    for arguments in (("list",), ("list", "--json"), ("retry", reference), ("release", reference)):
        assert invoke(leads, *arguments).stderr == message
