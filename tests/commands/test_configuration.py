"""Every command answers a wrong configuration with one message that names every fault, and exit status 2."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.support.processes import PROJECT, environment, run
from webapp.commands import main

PLATFORM = "http://127.0.0.1:9"
COMMANDS_THAT_READ_FORMS = [
    *(("web",), ("worker", "--once"), ("serve",), ("db", "upgrade")),
    *(("leads", "show", "ENQ-00000000"), ("leads", "retry", "ENQ-00000000")),
]
COMMANDS_THAT_READ_NO_FORMS = [("leads", "list"), ("leads", "release", "ENQ-00000000")]
COMMANDS = [*COMMANDS_THAT_READ_FORMS, *COMMANDS_THAT_READ_NO_FORMS]

every_command = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)


def invoke(command: tuple[str, ...], env: dict[str, Any], without: str = "") -> Result:
    return CliRunner().invoke(main, command, env={**env, **({without: None} if without else {})})


@every_command
def test_every_wrong_or_missing_setting_is_named_at_once(command: tuple[str, ...]) -> None:
    env = environment("mysql://nowhere", "http://platform.example", PORT="0")
    result = invoke(command, env, without="PLATFORM_KEY")
    assert result.exit_code == 2
    assert result.stdout == ""
    for name in ("DATABASE_URL", "PLATFORM_URL", "PLATFORM_KEY", "PORT"):
        assert f"  {name}: " in result.stderr


@pytest.mark.parametrize("command", COMMANDS_THAT_READ_FORMS, ids=" ".join)
def test_every_fault_in_the_forms_file_is_named_at_once(command: tuple[str, ...], tmp_path: Path) -> None:
    forms_file = tmp_path / "forms.toml"
    forms_file.write_text('[forms.a]\nnonsense = 1\n[forms.b]\ntitle = "B"\nopportunity = { typeId = 18 }\n')
    result = invoke(command, environment(f"sqlite:///{tmp_path}/l.db", PLATFORM, FORMS_FILE=str(forms_file)))
    assert result.exit_code == 2
    for fault in (
        "forms.a.title: is required",
        "forms.a.nonsense: is unknown",
        "venueId: is required",
    ):
        assert fault in result.stderr
    assert str(forms_file) in result.stderr


@pytest.mark.parametrize("command", COMMANDS_THAT_READ_NO_FORMS, ids=" ".join)
def test_a_command_without_forms_works_while_they_are_wrong(
    command: tuple[str, ...], migrated: Path, tmp_path: Path
) -> None:
    env = environment(f"sqlite:///{migrated}", PLATFORM, FORMS_FILE=str(tmp_path / "none.toml"))
    result = invoke(command, env)
    assert "none.toml" not in result.output
    assert result.output in {
        "Nothing was received yet.\n",
        "Error: There is no enquiry ENQ-00000000: leadform leads list shows what there is\n",
    }


def test_faults_in_settings_and_forms_file_are_reported_together(tmp_path: Path) -> None:
    env = environment("mysql://nowhere", PLATFORM, FORMS_FILE=str(tmp_path / "none.toml"), DELIVERY_LEASE="1")
    result = invoke(("db", "upgrade"), env, without="PLATFORM_KEY")
    assert result.exit_code == 2
    for fault in (
        "PLATFORM_KEY: is missing",
        "DATABASE_URL: must be",
        "DELIVERY_LEASE: must exceed",
        "none.toml: ",
    ):
        assert fault in result.stderr


def test_an_unknown_default_form_is_named(tmp_path: Path) -> None:
    result = invoke(
        ("db", "upgrade"), environment(f"sqlite:///{tmp_path}/l.db", PLATFORM, DEFAULT_FORM="nonsense")
    )
    assert result.exit_code == 2
    assert "DEFAULT_FORM: nonsense is not a form; there are weddings, short, thanks" in result.stderr


@pytest.mark.parametrize("public_url", ["", "http://forms.example.com", "https://forms.example.com"])
def test_an_external_reference_needs_an_https_public_url(tmp_path: Path, public_url: str) -> None:
    forms_file = tmp_path / "forms.toml"
    forms_file.write_text(
        '[forms.a]\ntitle = "A"\nexternal_ref = true\n'
        "[forms.a.opportunity]\nvenueId = 107\ntypeId = 18\nsourceId = 25\n"
    )
    env = environment(
        f"sqlite:///{tmp_path}/l.db", PLATFORM, FORMS_FILE=str(forms_file), PUBLIC_URL=public_url
    )
    result = invoke(("db", "upgrade"), env)
    refused = "PUBLIC_URL: must be set, with https, for the external_ref of forms.a" in result.stderr
    assert refused is not public_url.startswith("https")
    assert result.exit_code == (2 if refused else 0)


@pytest.mark.parametrize("command", [("web",), ("worker", "--once"), ("leads", "list")], ids=" ".join)
def test_a_database_without_its_migrations_says_what_to_run(
    command: tuple[str, ...], database_url: str
) -> None:
    result = invoke(command, environment(database_url, PLATFORM))
    assert result.exit_code == 2
    assert "run leadform db upgrade" in result.stderr


@every_command
def test_an_unusable_database_says_what_to_check(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = invoke(command, environment(f"sqlite:///{tmp_path}/file/l.db", PLATFORM))
    assert result.exit_code == 1
    assert "check DATABASE_URL" in result.stderr


def test_a_failed_start_shows_one_message_and_no_traceback(tmp_path: Path) -> None:
    ended = run("worker", env=environment("mysql://nowhere", PLATFORM), cwd=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [
        "Error: The settings are not right:",
        (
            "  DATABASE_URL: must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME, "
            "with / and % in the password written as %2F and %25: "
            "change it in the environment; docs/configuration.md says what it may be"
        ),
    ]


@pytest.mark.parametrize("arguments", [(), ("--config", str(PROJECT / "gunicorn.conf.py"))])
def test_a_bare_gunicorn_does_not_start_with_a_wrong_setting(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "gunicorn", "--control-socket", str(tmp_path / "control")),
            *("--bind", "127.0.0.1:0", *arguments, "webapp.wsgi:app"),
        ],
        env=environment("mysql://nowhere", PLATFORM),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode != 0
    assert "DATABASE_URL: must be sqlite:///PATH" in ended.stderr


def test_upgrading_says_which_database_was_made_or_is_up_to_date(database_url: str) -> None:
    name = f"the {'SQLite file' if database_url.startswith('sqlite') else 'PostgreSQL database'} "
    first, second = (invoke(("db", "upgrade"), environment(database_url, PLATFORM)) for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout.startswith(f"A new database was made: {name}")
    assert first.stdout.endswith("\nThe database is up to date.\n")
    assert second.stdout.startswith(f"The database is up to date: {name}")


def test_a_default_database_is_reported_as_such(tmp_path: Path) -> None:
    env = environment("", PLATFORM)
    result = invoke(("db", "upgrade"), {**env, "DATABASE_URL": None})
    assert f"made: the SQLite file {tmp_path}/var/leadform.db, " in result.stdout
    assert "since DATABASE_URL is not given" in result.stdout


def test_no_database_password_is_shown(tmp_path: Path) -> None:
    env = environment("postgresql://u:hunter2@127.0.0.1:9/leads", PLATFORM)
    for command in (("check", "--offline"), ("db", "upgrade"), ("worker", "--once")):
        result = invoke(command, env)
        assert "hunter2" not in result.output
    assert "the PostgreSQL database leads on 127.0.0.1:9" in invoke(("check", "--offline"), env).output
    assert not list(tmp_path.rglob("*.db*"))


def test_the_database_path_can_be_relative(tmp_path: Path) -> None:
    assert invoke(("db", "upgrade"), environment("sqlite:///var/leadform.db", PLATFORM)).exit_code == 0
    assert (tmp_path / "var" / "leadform.db").exists()


READING = [
    *(("leads", "list"), ("leads", "show", "ENQ-00000000"), ("leads", "retry", "ENQ-00000000")),
    *(("leads", "release", "ENQ-00000000"), ("check", "--offline"), ("forms", "show", "weddings")),
    *(("forms", "schema"), ("web",), ("worker", "--once")),
]


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_only_serve_and_an_upgrade_create_a_database(command: tuple[str, ...], tmp_path: Path) -> None:
    result = invoke(command, environment("sqlite:///var/leadform.db", PLATFORM))
    assert not list(tmp_path.rglob("*.db*"))
    if command[0] not in {"web", "worker"}:  # these keep a copy of the forms there
        assert list(tmp_path.iterdir()) == []
    if command[0] != "forms":
        assert result.exit_code in {1, 2}
        assert f"{tmp_path}/var/leadform.db" in result.output
        assert "run leadform db upgrade" in result.output


@pytest.mark.parametrize("command", [("leads", "list"), ("check", "--offline")], ids=" ".join)
def test_reading_an_empty_file_leaves_it_empty(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "leadform.db").touch()
    result = invoke(command, environment("sqlite:///leadform.db", PLATFORM))
    assert "run leadform db upgrade" in result.output
    assert [(path.name, path.stat().st_size) for path in tmp_path.iterdir()] == [("leadform.db", 0)]


def test_any_operating_system_error_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    result = invoke(("demo", "--port", "1"), {})
    assert result.exit_code == 1
    demonstration = invoke(("demo",), {})
    assert isinstance(demonstration.exception, SystemExit)
    assert f"there is no {tmp_path}/none" in demonstration.stderr.lower()


def test_a_bug_still_shows_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise LookupError("a bug")

    monkeypatch.setattr("webapp.commands.leads.list.settings_alone", broken)
    assert isinstance(invoke(("leads", "list"), {}).exception, LookupError)


JSON_COMMANDS = [("leads", "list", "--json"), ("leads", "show", "ENQ-00000000", "--json")]

every_json_command = pytest.mark.parametrize("command", JSON_COMMANDS, ids=" ".join)


@every_json_command
def test_with_json_every_fault_is_a_complete_record(command: tuple[str, ...], tmp_path: Path) -> None:
    forms_file = tmp_path / "forms.toml"
    forms_file.write_text('[forms.a]\ntitle = "A"\nnonsense = 1\n[forms.a.opportunity]\nsourceId = 25\n')
    env = environment(f"sqlite:///{tmp_path}/l.db", PLATFORM, FORMS_FILE=str(forms_file), PORT="0")
    result = invoke(command, env)
    assert (result.exit_code, result.stdout) == (2, "")
    records = [json.loads(line) for line in result.stderr.splitlines()]
    found = {(record["source"], record["form"], record["key"], record["line"]) for record in records}
    in_forms = {
        (str(forms_file), "a", "forms.a.nonsense", 3),
        (str(forms_file), "a", "forms.a.opportunity.typeId", 4),
        (str(forms_file), "a", "forms.a.opportunity.venueId", 4),
    }
    reads_forms = command[:2] != ("leads", "list")
    assert found == {("environment", None, "PORT", None), *(in_forms if reads_forms else ())}
    assert all(record["message"] and record["what_to_do"] for record in records)


@every_json_command
def test_with_json_a_missing_database_is_a_complete_record(command: tuple[str, ...], tmp_path: Path) -> None:
    result = invoke(command, environment("sqlite:///l.db", PLATFORM))
    (record,) = [json.loads(line) for line in result.stderr.splitlines()]
    assert record == {
        "message": f"there is no database at {tmp_path}/l.db yet",
        "what_to_do": "run leadform db upgrade, or leadform serve",
        "form": None,
        "key": None,
        "source": "database",
        "line": None,
    }
