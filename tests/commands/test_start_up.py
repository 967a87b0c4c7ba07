"""What commands import, since imports decide how quickly they start."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.support.processes import environment
from webapp.commands import main

HEAVY = {
    *("alembic", "babel", "coloraide", "dateparser", "email_validator", "flask", "gunicorn", "phonenumbers"),
    *("psycopg", "pydantic", "requests", "rich", "sqlalchemy", "structlog", "tree_sitter", "wtforms"),
}
"""Packages that take longer to import than all that a command's help needs."""

REPORT_IMPORTS = """
import atexit, sys
atexit.register(lambda: sys.stderr.write("imported:" + " ".join(sys.modules)))
"""


def imported_by(code: str, env: dict[str, str], folder: Path, status: int = 0) -> set[str]:
    """Return the names of the packages and modules that a program has imported when it ends."""
    program = [sys.executable, "-c", REPORT_IMPORTS + code]
    done = subprocess.run(program, env=env, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    return set(done.stderr.rpartition("imported:")[2].split())


def calling(*arguments: str) -> str:
    return f"from webapp.commands import main; main({list(arguments)!r})"


@pytest.mark.parametrize("group", [(), ("leads",), ("forms",)], ids=["leadform", "leads", "forms"])
def test_the_help_of_a_group_imports_nothing_heavy(group: tuple[str, ...], tmp_path: Path) -> None:
    imported = imported_by(calling(*group, "--help"), environment("", ""), tmp_path)
    assert "click" in imported
    assert imported & HEAVY == set()


def test_a_web_process_imports_nothing_for_other_commands(tmp_path: Path) -> None:
    imported = imported_by("import webapp.app, webapp.gunicorn_master", environment("", ""), tmp_path)
    assert "flask" in imported
    assert imported & {"alembic", "coloraide", "dateparser", "requests", "tree_sitter", "urllib3"} == set()


USED_BY_LEADS = {"pydantic", "sqlalchemy"}
"""What settings are checked by, and what reads the database."""


@pytest.mark.parametrize("command", [("list",), ("release", "ENQ-00000000")], ids=" ".join)
def test_leads_in_sqlite_import_little_that_is_heavy(
    command: tuple[str, ...], migrated: Path, tmp_path: Path
) -> None:
    env = environment(f"sqlite:///{migrated}", "http://127.0.0.1:9")
    imported = imported_by(calling("leads", *command), env, tmp_path, status=command[0] == "release")
    assert imported & HEAVY == USED_BY_LEADS
    assert "sqlalchemy.dialects.postgresql" not in imported


def commands_below(group: click.Group, path: str) -> list[tuple[str, str, click.Command]]:
    context = click.Context(group)
    found = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, f"{path} {name}"
        found.append((path, name, command))
        if isinstance(command, click.Group):
            found += commands_below(command, f"{path} {name}")
    return found


def test_every_command_in_the_help_exists() -> None:
    found = commands_below(main, "leadform")
    assert ("leadform leads", "list") in {(path, name) for path, name, _ in found}
    assert all(command.name == name for _, name, command in found)
    assert all(command.help for _, _, command in found)
