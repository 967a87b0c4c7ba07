"""``leadform forms``: importing a first file, showing a form, the JSON schema for editors."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from tests.support.harness import form_text
from tests.support.processes import FORMS_FILE, PROJECT, environment
from webapp.commands import main
from webapp.enquiry import utc_now
from webapp.formfile.reader import read_forms
from webapp.sandbox import SandboxServer, account, calls
from webapp.sandbox.account import LeadSource
from webapp.sandbox.store import OpportunityStore

Run = Callable[..., Result]


@pytest.fixture
def platform() -> Iterator[SandboxServer]:
    with SandboxServer(key="test-key", secret="test-secret") as server:
        yield server


@pytest.fixture
def run(platform: SandboxServer, tmp_path: Path) -> Run:
    def invoke(*arguments: str, **settings: str) -> Result:
        url = f"sqlite:///{tmp_path / 'leadform.db'}"
        env = environment(url, platform.url, FORMS_FILE=str(tmp_path / "forms.toml"))
        return CliRunner().invoke(main, arguments, env={**env, **settings})

    return invoke


def test_the_imported_forms_file_passes_the_check(run: Run, tmp_path: Path) -> None:
    result = run("forms", "import")
    assert result.exit_code == 0, result.output
    forms = read_forms(tmp_path / "forms.toml")
    assert list(forms) == ["harbour-hall", "boathouse-pavilion"]
    assert forms["harbour-hall"].opportunity.as_json() == {
        "venueId": 107,
        "typeId": 18,
        "sourceId": 25,
    }
    run("db", "upgrade")
    assert run("check").exit_code == 0


def test_every_other_choice_is_a_comment_with_its_name(run: Run) -> None:
    text = run("forms", "import", "--output", "-", "--venue", "108").stdout
    assert text.count("[forms.") == 2
    for line in (
        "venueId = 108  # Boathouse Pavilion",
        "# typeId = 19  # Conference",
        "# subtypeId = 212  # Corporate event: Residential conference",
        "# sourceId = 26  # Referral Program; a referral: also set referral_sources = [26]",
        "# stageId = 69  # New enquiry",
        "# stageId = 70  # Qualified",
        "# stageReasonId = 128  # New enquiry: Show round asked for",
        "# channelId = 7  # Event planner",
        "# qualityId = 2  # B-Grade",
        "# industryId = 77  # Hospitality",
        "# ownerUserId = 301  # Robin Marsh",
    ):
        assert line in text.splitlines()


def test_no_unsuitable_stage_is_suggested(run: Run) -> None:
    text = run("forms", "import", "--output", "-").stdout
    for word in ("Won", "Lost", "Cancelled", "Regretted", "called back", "Date not available", "Value for"):
        assert word not in text
    assert not [line for line in text.splitlines() if line.startswith("stage")]


@pytest.mark.parametrize(
    ("sources", "chosen"),
    [
        ({26: LeadSource("Referral Program", default_type=1), 27: LeadSource("Phone")}, 27),
        ({1: LeadSource("Marketplace"), 2: LeadSource("Website Widget"), 3: LeadSource("Google")}, 2),
        ({1: LeadSource("Web friends", is_referral=True), 2: LeadSource("Phone")}, 2),
        ({1: LeadSource("Phone"), 2: LeadSource("Post")}, 1),
    ],
    ids=["not a referral", "the web", "not a referral even for the web", "else the first"],
)
def test_the_chosen_source_suits_a_web_enquiry(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sources: dict[int, LeadSource],
    chosen: int,
) -> None:
    monkeypatch.setattr(account, "SOURCES", sources)
    assert run("forms", "import").exit_code == 0
    assert read_forms(tmp_path / "forms.toml")["harbour-hall"].opportunity.source_id == chosen


def test_inactive_rows_are_not_suggested(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[dict[str, Any]] = [
        {"isActive": False},
        {"active": "0"},
        {"isDeleted": 1},
        {"currentStatus": "2"},
    ]
    user = {"firstName": "Robin", "lastName": "Marsh"}
    users = [{"id": 300 + number, **user, **flag} for number, flag in enumerate(gone)]
    rows = [*users, {"id": 310, **user, "isActive": True, "currentStatus": 1}]
    monkeypatch.setitem(calls.ACCOUNT_LISTS, ("account", "getUserList"), lambda: rows)
    types = [{"id": 17, "type": "Ball", "subtypes": [], "isActive": 0}, *account.type_rows()]
    monkeypatch.setitem(calls.ACCOUNT_LISTS, ("crm", "getLeadTypeList"), lambda: types)
    text = run("forms", "import", "--output", "-").stdout
    assert "typeId = 18  # Wedding" in text
    assert "Ball" not in text
    assert [line for line in text.splitlines() if "ownerUserId" in line] == [
        "# ownerUserId = 310  # Robin Marsh"
    ] * 2


def test_an_existing_file_is_kept_unless_forced(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "forms.toml"
    file.write_text("mine")
    result = run("forms", "import")
    assert (result.exit_code, file.read_text()) == (1, "mine")
    assert "replace it with --force" in result.stderr
    assert run("forms", "import", "--force").exit_code == 0
    assert read_forms(file)


def test_odd_names_do_not_break_the_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {
        1: 'The "Old"\nHall\\',
        2: "the old hall",
        3: "東京\x00",
        4: "Über Café",
        5: "Hall 7",
        6: "Hall",
        7: "Hall",
    }
    monkeypatch.setattr(account, "VENUES", names)
    monkeypatch.setattr(account, "CHANNELS", {5: "Direct\nvenueId = 9"})
    assert run("forms", "import").exit_code == 0
    forms = read_forms(tmp_path / "forms.toml")
    assert list(forms) == [
        *("the-old-hall", "the-old-hall-2", "venue", "uber-cafe"),
        *("hall-7", "hall", "hall-7-7"),
    ]
    assert forms["the-old-hall"].title == 'Send an enquiry to The "Old" Hall\\'


def test_an_account_with_only_sub_types_and_referrals_can_be_imported(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "TYPES", {21: account.TYPES[21]})
    monkeypatch.setattr(account, "SOURCES", {26: account.SOURCES[26]})
    assert run("forms", "import").exit_code == 0
    form = read_forms(tmp_path / "forms.toml")["harbour-hall"]
    assert (form.opportunity.subtype_id, form.referral_sources) == (211, (26,))
    run("db", "upgrade")
    assert run("check").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        (["--venue", "9"], {}, "The account has no venue 9; there are 107 (Harbour Hall), 108"),
        ([], {"PLATFORM_SECRET": "other"}, "check PLATFORM_KEY and PLATFORM_SECRET"),
        ([], {"PORT": "0"}, "PORT: "),
        (["--output", "none/forms.toml"], {}, "cannot be written"),
    ],
    ids=["no such venue", "a wrong secret", "a wrong setting", "no such folder"],
)
def test_a_failed_import_is_explained_in_a_line(
    run: Run, arguments: list[str], settings: dict[str, str], message: str
) -> None:
    result = run("forms", "import", *arguments, **settings)
    assert result.exit_code in {1, 2}
    assert message in result.stderr


def test_the_sample_payload_is_accepted_by_the_platform(run: Run) -> None:
    result = run("forms", "show", "events", "--payload", FORMS_FILE=str(FORMS_FILE))
    assert result.exit_code == 0, result.output
    request: dict[str, Any] = json.loads(result.stdout)
    assert request["typeId"] == 18
    assert request["contact"]["firstName"] == "Alex"
    assert [field["fieldId"] for field in request["customFields"]] == [12, 14, 16, 17]
    OpportunityStore().add_or_update(request, utc_now())


def test_a_form_is_shown_with_its_questions_and_targets(run: Run) -> None:
    shown = run("forms", "show", "events", FORMS_FILE=str(FORMS_FILE)).stdout
    assert "/f/events" in shown
    for line in (
        "company (optional)",
        "occasion (select, required) -> typeId",
        "format (radio, required, only if {'occasion': (21,)}) -> subtypeId",
        "wishes (textarea, optional) -> description",
        "referrer_email (email, required, only if {'heard': (26,)}) -> referralContact.email",
    ):
        assert f"  {line}" in shown.splitlines()
    assert '"venueId": 107' in shown


def test_an_unknown_form_is_reported_with_those_that_exist(run: Run) -> None:
    result = run("forms", "show", "party", FORMS_FILE=str(FORMS_FILE))
    assert result.exit_code == 1
    assert "There is no form 'party'; there are weddings, short, thanks, events" in result.stderr


@pytest.fixture
def schema(run: Run) -> Draft202012Validator:
    document: dict[str, Any] = json.loads(run("forms", "schema").stdout)
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


def as_json(text: str) -> Any:
    """Return a forms file as an editor validates it: with dates as strings."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


@pytest.mark.parametrize(
    "file", ["forms.toml", "tests/support/forms.toml", "webapp/commands/demo_forms.toml"]
)
def test_the_schema_accepts_every_shipped_forms_file(schema: Draft202012Validator, file: str) -> None:
    assert [error.message for error in schema.iter_errors(as_json((PROJECT / file).read_text()))] == []


QUESTION: Final = {"name": "q", "label": "Q?", "kind": "select", "options": ["A"], "show_when": {"p": [1]}}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (form_text({}, QUESTION), ""),
        ("[forms]", "{} should be non-empty"),
        ('[forms."No Slug"]', "'No Slug' does not match"),
        ('[forms.a]\ntitle = "A"', "'opportunity' is a required property"),
        (form_text({"venueid": 107}), "'venueid' was unexpected"),
        (form_text({"typeId": 1.5}), "1.5 is not valid under any of the given schemas"),
        (form_text({}, {"kind": "slider"}), "'slider' is not one of"),
        (form_text({}, QUESTION, colour="red"), "'colour' was unexpected"),
    ],
    ids=["valid", "no form", "no slug", "no opportunity", "a misspelling", "a type", "a kind", "a key"],
)
def test_the_schema_rejects_invalid_forms(schema: Draft202012Validator, text: str, fault: str) -> None:
    found = "\n".join(error.message for error in schema.iter_errors(as_json(text)))
    assert fault in found
    assert bool(fault) is bool(found)
