"""What a wrong configuration gets from every command: one message naming every fault, and exit 2."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.processes import PROJECT, environment, run
from webapp.commands import main

PLATFORM = "http://127.0.0.1:9"
COMMANDS = [("web",), ("worker", "--once"), ("serve",), ("db", "upgrade"), ("leads", "list")]

every_command = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)


def invoke(command: tuple[str, ...], env: dict[str, str], without: str = "") -> Result:
    return CliRunner().invoke(main, command, env={**env, **({without: None} if without else {})})


@every_command
def test_every_wrong_or_missing_setting_is_named_at_once(command: tuple[str, ...]) -> None:
    env = environment("mysql://nowhere", "http://platform.example", PORT="0")
    result = invoke(command, env, without="PLATFORM_KEY")
    assert result.exit_code == 2
    assert result.stdout == ""
    for name in ("DATABASE_URL", "PLATFORM_URL", "PLATFORM_KEY", "PORT"):
        assert f"  {name}: " in result.stderr


@every_command
def test_every_fault_of_the_forms_file_is_named_at_once(command: tuple[str, ...], tmp_path: Path) -> None:
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


def test_faults_of_the_settings_and_of_the_forms_file_are_told_together(tmp_path: Path) -> None:
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


def test_a_default_form_that_is_no_form_is_named(tmp_path: Path) -> None:
    result = invoke(
        ("db", "upgrade"), environment(f"sqlite:///{tmp_path}/l.db", PLATFORM, DEFAULT_FORM="nonsense")
    )
    assert result.exit_code == 2
    assert "DEFAULT_FORM: nonsense is no form; there are weddings, short, thanks" in result.stderr


@pytest.mark.parametrize("public_url", ["", "http://forms.example.com", "https://forms.example.com"])
def test_an_external_reference_needs_a_secure_public_address(tmp_path: Path, public_url: str) -> None:
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
def test_a_database_that_cannot_be_used_says_what_to_check(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = invoke(command, environment(f"sqlite:///{tmp_path}/file/l.db", PLATFORM))
    assert result.exit_code == 1
    assert "check DATABASE_URL" in result.stderr


def test_a_process_that_cannot_start_shows_one_message_and_no_traceback(tmp_path: Path) -> None:
    ended = run("worker", env=environment("mysql://nowhere", PLATFORM), cwd=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [
        "Error: The settings are not right:",
        (
            "  DATABASE_URL: must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME, "
            "with / and % in the password written as %2F and %25"
        ),
    ]


@pytest.mark.parametrize("arguments", [(), ("--config", str(PROJECT / "gunicorn.conf.py"))])
def test_a_bare_gunicorn_does_not_start_on_a_wrong_setting(
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


def test_upgrading_says_that_the_database_is_up_to_date(database_url: str) -> None:
    result = invoke(("db", "upgrade"), environment(database_url, PLATFORM))
    assert (result.exit_code, result.stdout) == (0, "The database is up to date.\n")


def test_the_database_can_stand_where_a_relative_path_says(tmp_path: Path) -> None:
    assert invoke(("db", "upgrade"), environment("sqlite:///var/leadform.db", PLATFORM)).exit_code == 0
    assert (tmp_path / "var" / "leadform.db").exists()
