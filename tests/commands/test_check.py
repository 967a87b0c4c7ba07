"""``leadform check`` finds what is wrong and says how to fix it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner, Result

from tests.support.harness import form_text
from tests.support.processes import environment
from webapp.commands import main
from webapp.formfile.last_good import LastGoodForms
from webapp.formfile.reader import read_forms
from webapp.outbox.database import Database
from webapp.sandbox import SandboxServer, account, calls
from webapp.sandbox.account import LeadSource

pytestmark = pytest.mark.engines("sqlite")

Check = Callable[..., Result]

VALID: Final = {
    "stageId": 69,
    "stageReasonId": 127,
    "channelId": 5,
    "qualityId": 1,
    "industryId": 77,
    "ownerUserId": 301,
    "company": {"industryId": 78},
}
OCCASION: Final = {
    "name": "occasion",
    "label": "What are you planning?",
    "kind": "select",
    "to": "typeId",
    "options": [{"value": 18, "label": "A wedding"}, {"value": 19, "label": "A conference"}],
}


@pytest.fixture
def platform() -> Iterator[SandboxServer]:
    with SandboxServer(key="test-key", secret="test-secret") as server:
        yield server


@pytest.fixture
def check(database: Database, database_url: str, platform: SandboxServer, tmp_path: Path) -> Check:
    """Return a function that runs the command with a forms file and settings of the test."""
    assert database is not None

    def run(*arguments: str, forms: str = form_text(VALID, OCCASION), **settings: str | None) -> Result:
        file = tmp_path / "forms.toml"
        file.write_text(forms, encoding="utf-8")
        env: dict[str, str | None] = {**environment(database_url, platform.url, FORMS_FILE=str(file))}
        return CliRunner().invoke(main, ["check", *arguments], env={**env, **settings})

    return run


def faults(result: Result) -> list[str]:
    return [line.removeprefix("FAULT  ") for line in result.stdout.splitlines() if line.startswith("FAULT")]


def test_a_valid_configuration_passes_every_check(check: Check) -> None:
    result = check()
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert all(line.startswith("ok ") for line in lines)
    checks = [line.split()[1].rstrip(":") for line in lines]
    assert checks == [
        *("settings", "forms", "addresses", "database", "migrations", "platform", "clock", "account"),
    ]
    assert "all 12 ids" in lines[-1]


def question(to: str, **more: Any) -> dict[str, Any]:
    return {"kind": "select", "to": to, "options": [{"value": 999, "label": "Nothing like it"}], **more}


ACCOUNT_FAULTS: Final[dict[str, tuple[str, str]]] = {
    "a venue that is nearly right": (
        form_text({"venueId": 17}),
        "forms.form.opportunity.venueId: venueId 17 is not in the account: did you mean 107 (Harbour Hall)?",
    ),
    "a venue unlike any other": (
        form_text({"venueId": 9}),
        "venueId 9 is not in the account: there are 107 (Harbour Hall), 108 (Boathouse Pavilion)",
    ),
    "a type": (form_text({"typeId": 81}), "typeId 81 is not in the account: did you mean 18 (Wedding)?"),
    "an option, by its label": (
        form_text({}, {**OCCASION, "options": [{"value": 7, "label": "A private celebration"}]}),
        (
            "forms.form.questions.occasion.options: typeId 7 is not in the account: "
            "did you mean 20 (Private celebration)?"
        ),
    ),
    "a sub-type that is missing": (
        form_text({"typeId": 21}),
        (
            "forms.form.opportunity.typeId: the type 21 (Corporate event) has sub-types, and the form sends "
            "none: set subtypeId, or ask for it: 211 (Day meeting), 212 (Residential conference)"
        ),
    ),
    "a sub-type of another type": (
        form_text({"typeId": 21, "subtypeId": 221}),
        "subtypeId 221 is not a sub-type of Corporate event: did you mean 212 (Residential conference)?",
    ),
    "a source": (
        form_text({"sourceId": 250}),
        "sourceId 250 is not in the account: did you mean 25 (Website)?",
    ),
    "a referral not declared as one": (
        form_text({"sourceId": 26}),
        (
            "the source 26 (Referral Program) is a referral, and the form does not say so: "
            "add referral_sources = [26], so that the referrer is asked for"
        ),
    ),
    "a source declared as a referral": (
        form_text({"sourceId": 27}, referral_sources=[27]),
        (
            "forms.form.referral_sources: the source 27 (Phone) is not a referral: "
            "take 27 out of referral_sources"
        ),
    ),
    "a stage": (
        form_text({"stageId": 96}),
        "stageId 96 is not in the account: did you mean 69 (New enquiry)?",
    ),
    "a stage that is won": (
        form_text({"stageId": 66}),
        (
            "forms.form.opportunity.stageId: the stage 66 (Won) is won, and no new opportunity is: "
            "take it out, which leaves the stage to the platform, "
            "or name one of these: 69 (New enquiry), 70 (Qualified)"
        ),
    ),
    "a stage that is for leads": (
        form_text({"stageId": "68"}),
        "the stage 68 (To be called back) is for leads only, and no new opportunity is: take it out",
    ),
    "a stage among options that is lost": (
        form_text(
            {},
            question("stageId", options=[{"value": 69, "label": "New"}, {"value": 71, "label": "Lost"}]),
        ),
        "forms.form.questions.asked.options: the stage 71 (Lost) is lost",
    ),
    "a stage that is nearly one that is lost": (
        form_text({"stageId": 17}),
        "stageId 17 is not in the account: did you mean 70 (Qualified)?",
    ),
    "a reason of a stage that is lost": (
        form_text({"stageReasonId": 130}),
        "stageReasonId 130 is not a reason of the stage New enquiry or Qualified",
    ),
    "a property being withdrawn": (
        form_text({"contact": {"smsStatus": 2}}),
        "forms.form.opportunity.contact.smsStatus: the platform is giving up contact.smsStatus: take",
    ),
    "a property being withdrawn, in a question": (
        form_text({}, {"kind": "number", "to": "contact.smsStatus"}),
        "forms.form.questions.asked.to: the platform is giving up contact.smsStatus: take it out",
    ),
    "a reason of another stage": (
        form_text({"stageId": 69, "stageReasonId": 129}),
        (
            "stageReasonId 129 is not a reason of the stage New enquiry: "
            "did you mean 128 (Show round asked for)?"
        ),
    ),
    "a channel": (
        form_text({"channelId": 8}),
        "channelId 8 is not in the account: there are 5 (Direct), 6",
    ),
    "a quality": (
        form_text({"qualityId": 11}),
        "qualityId 11 is not in the account: did you mean 1 (A-Grade)?",
    ),
    "an industry": (
        form_text({"industryId": 177}),
        "industryId 177 is not in the account: did you mean 77 (Hospitality)?",
    ),
    "a company's industry": (
        form_text({"company": {"industryId": 1}}),
        "forms.form.opportunity.company.industryId: company.industryId 1 is not in the account",
    ),
    "an owner": (
        form_text({"ownerUserId": 310}),
        "ownerUserId 310 is not in the account: did you mean 301 (Robin Marsh)?",
    ),
    "an id that visitors may type": (
        form_text({}, {"kind": "number", "to": "channelId"}),
        (
            "forms.form.questions.asked.kind: channelId is an id of the account, and visitors may type any "
            'number: use kind "select" or "radio", with the ids as options'
        ),
    ),
}


@pytest.mark.parametrize(
    ("forms", "message"), [pytest.param(*row, id=name) for name, row in ACCOUNT_FAULTS.items()]
)
def test_an_id_missing_from_the_account_is_reported_with_a_suggestion(
    check: Check, forms: str, message: str
) -> None:
    result = check(forms=forms)
    assert result.exit_code == 1
    (fault,) = faults(result)
    assert fault.startswith("account: ")
    assert message in fault


SETTING_FAULTS: Final[dict[str, tuple[dict[str, str | None], str]]] = {
    "a wrong key": ({"PLATFORM_KEY": "other"}, "platform: The platform answered 401"),
    "a wrong secret": ({"PLATFORM_SECRET": "other"}, ": check PLATFORM_KEY and PLATFORM_SECRET"),
    "an unreachable platform": (
        {"PLATFORM_URL": "http://127.0.0.1:9"},
        ": check PLATFORM_URL, and that this machine",
    ),
    "a setting that is missing": (
        {"SECRET_KEY": None},
        "settings: SECRET_KEY: is missing: set SECRET_KEY",
    ),
    "a setting that is wrong": ({"PORT": "0"}, "settings: PORT: "),
    "no database yet": (
        {"DATABASE_URL": "sqlite:///nowhere/leadform.db"},
        "database: there is none yet: run leadform db upgrade",
    ),
    "an unreachable database": (
        {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"},
        ": check DATABASE_URL, and that its server or disk is there",
    ),
    "an unknown default form": ({"DEFAULT_FORM": "weddings"}, "DEFAULT_FORM: weddings is not a form"),
    "an address that is not trusted": (
        {"PUBLIC_URL": "https://forms.example.com", "TRUSTED_HOSTS": "www.example.com,.example.org"},
        (
            "addresses: TRUSTED_HOSTS: forms.example.com, the host of PUBLIC_URL, is not among them, so "
            "every request there is refused: add forms.example.com to TRUSTED_HOSTS"
        ),
    ),
    "a forms file that is not there": ({"FORMS_FILE": "none.toml"}, "there is no such file"),
}


@pytest.mark.parametrize(
    ("settings", "message"), [pytest.param(*row, id=name) for name, row in SETTING_FAULTS.items()]
)
def test_a_setting_that_does_not_work_is_reported_with_a_remedy(
    check: Check, settings: dict[str, str | None], message: str
) -> None:
    result = check(**settings)
    assert result.exit_code == 1
    (fault,) = faults(result)
    assert message in fault
    assert "test-secret" not in result.output


def test_a_fault_in_the_forms_file_is_reported_with_its_line(check: Check) -> None:
    result = check(forms=form_text({"venueId": None, "colour": "red"}))
    (fault,) = faults(result)
    assert "forms.toml:6: forms.form.opportunity.colour: is unknown: put it right in the forms file" in fault


def test_while_a_copy_is_served_the_faults_and_the_copy_are_reported(check: Check, tmp_path: Path) -> None:
    assert check("--offline").exit_code == 0
    assert not list(tmp_path.glob("last-good*"))  # a check writes nothing
    copy = LastGoodForms(tmp_path, tmp_path / "forms.toml")
    copy.keep(read_forms(tmp_path / "forms.toml"))
    of_the_file, of_the_copy = faults(check("--offline", forms=form_text().replace("title =", "tilte =")))[
        -2:
    ]
    assert "forms.form.tilte: is unknown" in of_the_file
    assert of_the_copy == (
        f"forms file: leadform goes on with the last good copy, {copy.path}, which has form: "
        "put the forms file right, then restart leadform or reload its web server"
    )
    copy.path.write_text("damaged")
    assert faults(check("--offline", forms=""))[-1] == (
        f"forms file: {copy.path}: the last good copy is damaged: "
        "put the forms file right before leadform is started again"
    )


def test_a_missing_migration_is_reported(check: Check, tmp_path: Path) -> None:
    (tmp_path / "old.db").touch()
    (fault,) = faults(check(DATABASE_URL=f"sqlite:///{tmp_path / 'old.db'}"))
    assert fault.startswith("migrations: the database is not up to date: run leadform db upgrade")


@pytest.mark.parametrize(
    ("minutes", "message"), [(2, "behind the platform's"), (-2, "ahead of the platform's")]
)
def test_a_clock_that_is_off_is_reported_before_it_is_refused(
    check: Check, minutes: int, message: str
) -> None:
    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=minutes)

    with SandboxServer(key="test-key", secret="test-secret", clock=clock) as elsewhere:
        (fault,) = faults(check(PLATFORM_URL=elsewhere.url))
    assert message in fault
    assert "set this machine's clock by NTP" in fault


def test_a_clock_that_the_platform_refuses_is_reported(check: Check) -> None:
    with SandboxServer(
        key="test-key", secret="test-secret", clock=lambda: datetime(2026, 1, 1, tzinfo=UTC)
    ) as elsewhere:
        (fault,) = faults(check(PLATFORM_URL=elsewhere.url))
    assert fault.startswith("platform: The platform answered 401")
    assert fault.endswith(": set this machine's clock by NTP")


@pytest.mark.parametrize(
    "source",
    [
        LeadSource("Referral Program", default_type=1),
        LeadSource("Guests recommend", is_referral=True),
        LeadSource("Both", is_referral=True, default_type=1),
    ],
    ids=lambda source: source.name,
)
def test_a_referral_source_is_never_advised_against(
    check: Check, monkeypatch: pytest.MonkeyPatch, source: LeadSource
) -> None:
    monkeypatch.setattr(account, "SOURCES", {26: source})
    assert check(forms=form_text({"sourceId": 26}, referral_sources=[26])).exit_code == 0
    (fault,) = faults(check(forms=form_text({"sourceId": 26})))
    assert fault.endswith("add referral_sources = [26], so that the referrer is asked for")


def test_a_source_that_may_be_a_referral_is_left_alone(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"id": 26, "name": "Friends"}]
    monkeypatch.setitem(calls.ACCOUNT_LISTS, ("crm", "getLeadSourceList"), lambda: rows)
    assert check(forms=form_text({"sourceId": 26}, referral_sources=[26])).exit_code == 0
    assert check(forms=form_text({"sourceId": 26})).exit_code == 0


def test_a_list_that_counts_more_rows_than_it_has_is_read(check: Check, platform: SandboxServer) -> None:
    platform.response_options.rows_promised = 1
    platform.response_options.ids_in_digits = True
    assert check().exit_code == 0


def test_a_list_is_read_to_its_end(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    many = {number: f"Channel {number}" for number in range(1000, 1250)}
    monkeypatch.setattr(account, "CHANNELS", many)
    assert check(forms=form_text({"channelId": 1249})).exit_code == 0
    (fault,) = faults(check(forms=form_text({"channelId": 5})))
    assert "there are 1000 (Channel 1000), 1001 (Channel 1001)" in fault
    assert fault.endswith("and 245 more")


def test_a_nonsensical_list_is_reported(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "CHANNELS", {"five": "Direct"})
    (fault,) = faults(check())
    assert "getLeadChannelList answered with rows that make no sense" in fault


def test_offline_the_platform_is_not_called(check: Check) -> None:
    result = check("--offline", forms=form_text({"channelId": 8}), PLATFORM_URL="http://127.0.0.1:9")
    assert result.exit_code == 0
    assert [line.split()[1] for line in result.stdout.splitlines()][-1] == "migrations:"


def test_with_json_every_result_is_a_line(check: Check, tmp_path: Path) -> None:
    result = check("--json", forms=form_text({"channelId": 8}))
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["ok"] for row in rows] == [True] * 7 + [False]
    assert rows[-1] == {
        "check": "account",
        "ok": False,
        "message": "channelId 8 is not in the account",
        "what_to_do": "there are 5 (Direct), 6 (Venue finding agent), 7 (Event planner)",
        "form": "form",
        "key": "forms.form.opportunity.channelId",
        "source": str(tmp_path / "forms.toml"),
        "line": 7,
    }
    assert rows[0]["what_to_do"] is None


def records(result: Result) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [json.loads(line) for line in result.stdout.splitlines()]
    return [row for row in rows if not row["ok"]]


def test_a_byte_in_env_that_is_not_utf_8_is_reported(check: Check, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"# ours\nSECRET_KEY=\xff\n")
    (fault,) = faults(check("--offline", SECRET_KEY=None))
    assert fault == (
        f"settings: {tmp_path}/.env:2: SECRET_KEY: has a byte that is not UTF-8: "
        "save it as UTF-8, or write the value in ASCII"
    )
    assert records(check("--offline", "--json", SECRET_KEY=None)) == [
        {
            "check": "settings",
            "ok": False,
            "message": "has a byte that is not UTF-8",
            "what_to_do": "save it as UTF-8, or write the value in ASCII",
            "form": None,
            "key": "SECRET_KEY",
            "source": f"{tmp_path}/.env",
            "line": 2,
        }
    ]


def test_a_wrong_value_is_reported_with_its_line_in_env(check: Check, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("\nPORT=0\n")
    (fault,) = faults(check("--offline"))
    assert fault.startswith(f"settings: {tmp_path}/.env:2: PORT: must be greater than or equal to 1: change")


def test_a_forms_file_fault_names_its_form_key_and_line(check: Check, tmp_path: Path) -> None:
    (record,) = records(check("--offline", "--json", forms=form_text({"colour": "red"})))
    assert record == {
        "check": "forms file",
        "ok": False,
        "message": "is unknown",
        "what_to_do": "put it right in the forms file; docs/forms.md says what a form may hold",
        "form": "form",
        "key": "forms.form.opportunity.colour",
        "source": f"{tmp_path}/forms.toml",
        "line": 7,
    }


def test_an_option_fault_names_the_questions_line(check: Check) -> None:
    options = [{"value": 7, "label": "A private celebration"}]
    (record,) = records(check("--json", forms=form_text({}, {**OCCASION, "options": options})))
    assert record["key"] == "forms.form.questions.occasion.options"
    assert (record["form"], record["line"]) == ("form", 12)


SETTING_RECORDS: Final[dict[str, tuple[dict[str, str | None], str, str, str]]] = {
    "a setting": ({"PORT": "0"}, "settings", "PORT", "environment"),
    "a missing setting": ({"PLATFORM_KEY": None}, "settings", "PLATFORM_KEY", "environment"),
    "a secret's file": (
        {"PLATFORM_KEY": None, "PLATFORM_KEY_FILE": "/nowhere"},
        *("settings", "PLATFORM_KEY_FILE", "environment"),
    ),
    "a mismatch": ({"DEFAULT_FORM": "weddings"}, "settings", "DEFAULT_FORM", "settings"),
    "a host": (
        {"PUBLIC_URL": "https://a.example", "TRUSTED_HOSTS": "b.example"},
        *("addresses", "TRUSTED_HOSTS", "settings"),
    ),
}


@pytest.mark.parametrize(
    ("settings", "check_name", "key", "source"), SETTING_RECORDS.values(), ids=SETTING_RECORDS.keys()
)
def test_a_setting_fault_names_its_key_and_source(
    check: Check, settings: dict[str, str | None], check_name: str, key: str, source: str
) -> None:
    (record,) = records(check("--offline", "--json", **settings))
    assert (record["check"], record["key"], record["source"]) == (check_name, key, source)
    assert record["what_to_do"]


def test_a_database_fault_names_its_source(check: Check) -> None:
    (record,) = records(check("--offline", "--json", DATABASE_URL="sqlite:///nowhere/leadform.db"))
    assert (record["check"], record["source"], record["message"]) == (
        *("database", "database", "there is none yet"),
    )


def test_no_record_holds_a_secret(check: Check, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PLATFORM_KEY=hunter2 # ours\nSECRET_KEY='hunter2\n")
    result = check("--offline", "--json", PLATFORM_KEY=None, SECRET_KEY=None)
    assert len(records(result)) == 2
    assert "hunter2" not in result.output
