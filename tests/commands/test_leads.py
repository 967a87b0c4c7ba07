"""``leads list`` and ``leads show``."""

import json
import os
import re
import subprocess
import sys
from contextlib import suppress

import pytest
from click.testing import CliRunner

from tests.commands.conftest import invoke
from tests.support.clock import Clock
from tests.support.enquiries import accept, busy, delivered, queue_of, refused
from webapp.commands import main
from webapp.outbox.database import Database


def on_terminal(*arguments: str, columns: int) -> str:
    """Return what a command shows on a terminal of so many columns."""
    screen, terminal = os.openpty()
    command = subprocess.Popen(
        [sys.executable, "-m", "webapp", *arguments],
        env={**os.environ, "COLUMNS": str(columns), "TERM": "xterm"},
        stdout=terminal,
    )
    os.close(terminal)
    shown = b""
    with suppress(OSError):  # which is how a terminal says that it is closed
        while part := os.read(screen, 65536):
            shown += part
    os.close(screen)
    assert command.wait() == 0
    return re.sub("\x1b\\[[0-9;]*m", "", shown.decode())


@pytest.fixture
def reference(database: Database, clock: Clock) -> str:
    """An enquiry that was refused once as busy and then delivered."""
    reference = accept(database, clock())
    queue = queue_of(database)
    (claim,) = queue.claim(1)
    clock.advance(1.5)
    queue.record(claim, busy())
    (claim,) = queue.claim(1)
    queue.record(claim, delivered())
    return reference


def test_a_list_row_has_the_names_that_scripts_rely_on(leads: CliRunner, reference: str) -> None:
    result = invoke(leads, "list", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "reference": reference,
        "form": "weddings",
        "kind": "add",
        "state": "delivered",
        "created_at": "2026-05-31T12:00:00Z",
        "opportunity_id": 755,
        "attempts": 2,
        "next_attempt_at": None,
        "last_error": None,
    }


def test_a_json_list_is_one_object_a_line_newest_first(
    leads: CliRunner, database: Database, clock: Clock
) -> None:
    references = [accept(database, clock()) for _ in range(3)]
    lines = invoke(leads, "list", "--json").stdout.splitlines()
    assert [json.loads(line)["reference"] for line in lines] == references[::-1]


def test_the_list_is_a_table_by_default(leads: CliRunner, reference: str) -> None:
    result = invoke(leads, "list")
    assert reference in result.stdout
    assert "delivered" in result.stdout


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--state", "failed"),
        ("--form", "short"),
        ("--since", "2030-01-01"),
        ("--since", "2030-01-01T10:00+02:00"),
    ],
)
def test_a_list_can_be_narrowed(option: str, value: str, leads: CliRunner, reference: str) -> None:
    assert reference in invoke(leads, "list", "--json").stdout
    assert invoke(leads, "list", "--json", option, value).stdout == ""
    assert invoke(leads, "list", option, value).stdout == "No delivery matches.\n"


def test_an_empty_list_says_so(leads: CliRunner) -> None:
    assert invoke(leads, "list").stdout == "Nothing was received yet.\n"
    assert invoke(leads, "list", "--json").stdout == ""


def test_an_invalid_date_says_how_to_write_one(leads: CliRunner) -> None:
    result = invoke(leads, "list", "--since", "yesterday")
    assert result.exit_code == 2
    assert "write it like 2026-05-31" in result.stderr


def test_an_enquiry_is_shown_in_full(leads: CliRunner, reference: str) -> None:
    whole = json.loads(invoke(leads, "show", reference, "--json").stdout)
    assert whole["answers"]["phone"] == {"typed": "0412 345 678", "e164": "+61412345678"}
    assert whole["attribution"]["parameters"]["utm_campaign"] == "spring sale"
    assert whole["consent"]["text"] == "Harbour Hall may contact me about this enquiry."
    assert whole["opportunity"]["utmCampaign"] == "spring sale"
    (delivery,) = whole["deliveries"]
    assert [
        (attempt["outcome"], attempt["http_status"], attempt["seconds"]) for attempt in delivery["history"]
    ] == [
        ("not accepted", 429, 1.5),
        ("delivered", None, 0.0),
    ]


def test_an_enquiry_is_shown_with_every_attempt(leads: CliRunner, reference: str) -> None:
    shown = invoke(leads, "show", reference).stdout
    for detail in (reference, "Lovelace", "spring sale", "Busy", "429", "delivered", "755"):
        assert detail in shown


def test_a_reference_may_be_typed_as_it_was_read_out(leads: CliRunner, reference: str) -> None:
    aloud = reference.removeprefix("ENQ-").lower().replace("0", "o").replace("1", "l")
    assert json.loads(invoke(leads, "show", aloud, "--json").stdout)["reference"] == reference


@pytest.mark.parametrize(
    ("typed", "says"), [("hello", "is not a reference"), ("ENQ-00000000", "leadform leads list")]
)
def test_an_unknown_reference_says_what_to_do(typed: str, says: str, leads: CliRunner) -> None:
    result = invoke(leads, "show", typed)
    assert result.exit_code == 1
    assert says in result.stderr


def test_an_enquiry_with_a_missing_form_is_still_shown(
    leads: CliRunner, database: Database, clock: Clock
) -> None:
    reference = accept(database, clock(), "gone")
    assert "no longer in the forms file" in invoke(leads, "show", reference).stdout
    assert json.loads(invoke(leads, "show", reference, "--json").stdout)["opportunity"] is None


def test_the_request_is_shown_as_it_was_sent(leads: CliRunner, database: Database, clock: Clock) -> None:
    reference = accept(database, clock())
    queue = queue_of(database)
    (claim,) = queue.claim(1)
    queue.begin_sending(claim, {"venueId": 1})
    queue.record(claim, delivered())
    whole = json.loads(invoke(leads, "show", reference, "--json").stdout)
    assert whole["opportunity"] == {"venueId": 1}


def test_a_waiting_delivery_has_its_next_attempt(leads: CliRunner, database: Database, clock: Clock) -> None:
    accept(database, clock())
    queue = queue_of(database)
    (claim,) = queue.claim(1)
    queue.record(claim, busy(again_in=24 * 3600))
    row = json.loads(invoke(leads, "list", "--json").stdout)
    assert (row["state"], row["next_attempt_at"]) == ("queued", "2026-06-01T12:00:00Z")
    assert "2026-06-01T12:00:00Z" in invoke(leads, "list").stdout


def test_the_platforms_message_is_printed_unchanged(
    leads: CliRunner, database: Database, clock: Clock
) -> None:
    reference = accept(database, clock())
    queue = queue_of(database)
    (claim,) = queue.claim(1)
    queue.record(claim, refused("venueId [integer] [/b]"))
    assert "venueId [integer] [/b]" in invoke(leads, "list").stdout
    assert "venueId [integer] [/b]" in invoke(leads, "show", reference).stdout


@pytest.mark.usefixtures("leads")
def test_a_reference_is_whole_on_a_narrow_terminal(reference: str) -> None:
    shown = on_terminal("leads", "list", columns=60)
    assert reference in shown
    assert max(len(line) for line in shown.splitlines()) == 60


def test_a_program_reads_one_line_for_each_delivery(
    leads: CliRunner, database: Database, clock: Clock
) -> None:
    reference = accept(database, clock())
    queue = queue_of(database)
    (claim,) = queue.claim(1)
    queue.record(claim, refused("the venue\nis closed " * 20))
    heading, line = invoke(leads, "list").stdout.splitlines()
    assert line.split()[:3] == [reference, "failed", "weddings"]
    assert line[heading.index("Opportunity") :].startswith("- ")
    assert line[heading.index("Last error") :] == ("the venue is closed " * 20).strip()


@pytest.mark.parametrize(
    "arguments", [("leads", "list", "--limit", "x"), ("nonsense",), ("leads", "show"), ("web", "--what")]
)
def test_a_usage_error_is_one_line(leads: CliRunner, arguments: tuple[str, ...]) -> None:
    result = leads.invoke(main, arguments)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("Error: ")
    assert result.stderr.endswith(" --help.\n")


def test_a_date_before_the_calendar_says_how_to_write_one(leads: CliRunner) -> None:
    result = invoke(leads, "list", "--since", "0001-01-01T00:00+14:00")
    assert result.exit_code == 2
    assert "write it like 2026-05-31" in result.stderr
