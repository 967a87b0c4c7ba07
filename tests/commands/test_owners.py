"""A path that may not be used, or cannot be, is told in one sentence with its owner, mode and what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result

from tests.support.harness import form_text
from tests.support.other_user import (
    IS_ROOT,
    ME,
    NOBODY,
    RUNS_AS,
    forbid,
    give_to_other_user,
    open_folder,
    run_as_other_user,
)
from tests.support.processes import environment
from webapp.commands import main
from webapp.sandbox import SandboxServer

PLATFORM: Final = "http://127.0.0.1:9"

Run = Callable[..., Result]


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working directory of a venue that everybody may enter, with its forms file."""
    with open_folder() as folder:
        (folder / "forms.toml").write_text(form_text(), encoding="utf-8")
        give_to_other_user(folder)
        monkeypatch.chdir(folder)
        yield folder


@pytest.fixture
def run(home: Path) -> Run:
    """Run a command as another user, with the database of the working directory."""
    assert home.exists()

    def invoke(*arguments: str, **settings: str | None) -> Result:
        env = environment("sqlite:///var/leadform.db", PLATFORM, FORMS_FILE="forms.toml")
        return run_as_other_user(*arguments, env={**env, **settings})

    return invoke


def told(result: Result) -> str:
    """Return what a command that failed said, which is no traceback."""
    assert result.exit_code in {1, 2}, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result.output


def belonging(path: Path, mode: str) -> str:
    return f"{path} belongs to {ME} (mode {mode}), and this runs as {RUNS_AS}"


EVERY_COMMAND: Final = [
    *(("check", "--offline"), ("serve",), ("web",), ("worker", "--once"), ("db", "upgrade")),
    *(("leads", "list"), ("leads", "show", "ENQ-00000000"), ("leads", "retry", "ENQ-00000000")),
    *(("forms", "show", "form"), ("forms", "import")),
]

every_command = pytest.mark.parametrize("command", EVERY_COMMAND, ids=" ".join)


@every_command
def test_an_env_file_of_another_user_is_told(run: Run, home: Path, command: tuple[str, ...]) -> None:
    (home / ".env").write_text("PORT=8000\n")
    mode = forbid(home / ".env")
    said = told(run(*command))
    assert f"{home}/.env: cannot be read ({belonging(home / '.env', mode)})" in said
    assert "(chown " in said or "(chmod " in said


@every_command
def test_a_forms_file_of_another_user_is_told(run: Run, home: Path, command: tuple[str, ...]) -> None:
    mode = forbid(home / "forms.toml")
    if command in {("forms", "import"), ("leads", "list")}:
        return  # they read none
    assert belonging(home / "forms.toml", mode) in told(run(*command))


USING_THE_DATABASE: Final = [each for each in EVERY_COMMAND if each[0] != "forms"]

using_the_database = pytest.mark.parametrize("command", USING_THE_DATABASE, ids=" ".join)


@using_the_database
def test_a_folder_of_another_user_is_told(
    run: Run, home: Path, command: tuple[str, ...], migrated: Path
) -> None:
    (home / "var").mkdir()
    shutil.copy(migrated, home / "var" / "leadform.db")
    mode = forbid(home / "var")
    assert belonging(home / "var", mode) in told(run(*command))


@using_the_database
def test_a_database_of_another_user_is_told(
    run: Run, home: Path, command: tuple[str, ...], migrated: Path
) -> None:
    (home / "var").mkdir()
    give_to_other_user(home / "var")
    shutil.copy(migrated, home / "var" / "leadform.db")
    mode = forbid(home / "var" / "leadform.db")
    assert belonging(home / "var" / "leadform.db", mode) in told(run(*command))


@pytest.mark.skipif(not IS_ROOT, reason="only root can make files of two users")
@pytest.mark.parametrize("end", ["-wal", "-shm"])
def test_a_side_file_of_another_user_is_told(run: Run, home: Path, migrated: Path, end: str) -> None:
    (home / "var").mkdir()
    shutil.copy(migrated, home / "var" / "leadform.db")
    for path in (home / "var", home / "var" / "leadform.db"):
        give_to_other_user(path)
    side = home / "var" / f"leadform.db{end}"
    side.write_bytes(b"")
    mode = forbid(side)
    assert belonging(side, mode) in told(run("leads", "list"))


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "PLATFORM_SECRET"])
def test_a_file_of_a_secret_of_another_user_is_told(run: Run, home: Path, name: str) -> None:
    (home / "secret").write_text("hunter2")
    mode = forbid(home / "secret")
    said = told(run("check", "--offline", **{name: None, f"{name}_FILE": "secret"}))
    assert f"{name}_FILE: secret cannot be read ({belonging(home / 'secret', mode)})" in said


def test_a_folder_on_the_way_that_may_not_be_entered_is_told(run: Run, home: Path) -> None:
    (home / "closed" / "far").mkdir(parents=True)
    (home / "closed" / "far" / "forms.toml").write_text(form_text())
    mode = forbid(home / "closed")
    said = told(run("check", "--offline", FORMS_FILE="closed/far/forms.toml"))
    assert belonging(home / "closed", mode) in said


def test_a_logo_of_another_user_is_told(run: Run, home: Path) -> None:
    (home / "logo.svg").write_text("<svg/>")
    theme = 'theme = { logo = "logo.svg", logo_alt = "Harbour Hall" }\n'
    (home / "forms.toml").write_text(form_text().replace("\n", f"\n{theme}", 1))
    mode = forbid(home / "logo.svg")
    assert belonging(home / "logo.svg", mode) in told(run("check", "--offline"))


# What is not what it should be


def make_circle(path: Path) -> None:
    path.symlink_to(path)


KINDS: Final[dict[str, tuple[Callable[[Path], object], str]]] = {
    "a folder": (Path.mkdir, "is a folder, where a file should be"),
    "a circle of links": (make_circle, "leads through symbolic links that end nowhere"),
    "a link to nothing": (
        lambda path: path.symlink_to("nowhere"),
        "is a link to nowhere, which is not there",
    ),
}

every_kind = pytest.mark.parametrize(("make", "sentence"), KINDS.values(), ids=KINDS.keys())


@every_kind
@pytest.mark.parametrize(
    "command", [("db", "upgrade"), ("leads", "list"), ("check", "--offline")], ids=" ".join
)
def test_a_database_that_is_no_file_is_told(
    run: Run, home: Path, command: tuple[str, ...], make: Callable[[Path], object], sentence: str
) -> None:
    (home / "var").mkdir()
    give_to_other_user(home / "var")
    make(home / "var" / "leadform.db")
    assert f"{home}/var/leadform.db {sentence}" in told(run(*command))
    assert sorted(path.name for path in (home / "var").iterdir()) == ["leadform.db"]
    assert not (home / "var" / "nowhere").exists()


@every_kind
def test_a_forms_file_that_is_no_file_is_told(
    run: Run, home: Path, make: Callable[[Path], object], sentence: str
) -> None:
    (home / "forms.toml").unlink()
    make(home / "forms.toml")
    said = told(run("check", "--offline"))
    assert sentence in said or "there is no such file" in said


@pytest.mark.parametrize("variable", ["FORMS_FILE", "SECRET_KEY_FILE"])
def test_a_path_that_is_too_long_is_told_and_cut(run: Run, variable: str) -> None:
    said = told(run("check", "--offline", **{"SECRET_KEY": None, variable: "x" * 5000}))
    assert "is longer than the file system allows" in said
    assert len(max(said.splitlines(), key=len)) < 6000


def test_a_file_where_a_folder_should_be_is_told(run: Run, home: Path) -> None:
    (home / "var").write_text("")
    for command in USING_THE_DATABASE:
        assert f"{home}/var is a file, where a folder should be" in told(run(*command)), command


WRECKS: Final[dict[str, tuple[bytes, str]]] = {
    "no database": (b"Dear Ada, " * 500, "is not an SQLite database"),
    "a page torn out": (b"", "is damaged"),
}


@pytest.mark.parametrize("wreck", WRECKS.values(), ids=WRECKS.keys())
@pytest.mark.parametrize(
    "command", [("db", "upgrade"), ("leads", "list"), ("check", "--offline")], ids=" ".join
)
def test_a_database_that_is_none_is_told(
    run: Run, home: Path, migrated: Path, command: tuple[str, ...], wreck: tuple[bytes, str]
) -> None:
    content, sentence = wreck
    file = home / "var" / "leadform.db"
    file.parent.mkdir()
    whole = migrated.read_bytes()
    file.write_bytes(content or whole[:4096] + b"\xff" * (len(whole) - 4096))
    for path in (file, file.parent):
        give_to_other_user(path)
    assert f"{file} {sentence}" in told(run(*command))


@pytest.fixture
def disk(home: Path, migrated: Path) -> Iterator[Path]:
    """A small disk that holds the database; where nobody may mount one, the test is skipped and says so."""
    place = home / "var"
    place.mkdir()
    mounted = _run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place))
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted: {mounted.stderr.strip()}")
    shutil.copy(migrated, place / "leadform.db")
    for path in (place, place / "leadform.db"):
        give_to_other_user(path)
    yield place
    assert _run("umount", "--lazy", str(place)).returncode == 0


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.mark.parametrize(
    "command", [("db", "upgrade"), ("worker", "--once"), ("check", "--offline")], ids=" ".join
)
def test_a_disk_that_can_only_be_read_is_told(run: Run, disk: Path, command: tuple[str, ...]) -> None:
    assert _run("mount", "-o", "remount,ro", str(disk)).returncode == 0
    said = told(run(*command))
    assert f"{disk}/leadform.db is on a file system that can only be read" in said
    assert ": mount it for writing" in said


@pytest.mark.parametrize(
    "command", [("db", "upgrade"), ("worker", "--once"), ("check", "--offline")], ids=" ".join
)
def test_a_disk_that_is_full_is_told(run: Run, disk: Path, command: tuple[str, ...]) -> None:
    with (disk / "filling").open("wb", buffering=0) as filling, suppress(OSError):
        while True:
            filling.write(b"x" * 1024)
    said = told(run(*command))
    assert f"{disk}/leadform.db finds no room left" in said
    assert ": make room on its disk" in said


# Who owns what is made


@pytest.mark.skipif(not IS_ROOT, reason="only root can make files of another user")
def test_what_root_makes_in_a_users_folder_is_that_users(home: Path, run: Run) -> None:
    env = environment("sqlite:///var/deep/leadform.db", PLATFORM, FORMS_FILE="forms.toml")
    made = CliRunner().invoke(main, ["db", "upgrade"], env=env)
    assert made.exit_code == 0, made.output
    assert f"{home}/var/deep/leadform.db, which belongs to {NOBODY.pw_name}" in made.output
    for path in (home / "var", home / "var" / "deep", home / "var" / "deep" / "leadform.db"):
        assert path.stat().st_uid == NOBODY.pw_uid, path
    used = run("leads", "list", DATABASE_URL="sqlite:///var/deep/leadform.db")
    assert used.exit_code == 0, used.output


@pytest.mark.skipif(not IS_ROOT, reason="only root can make files of another user")
def test_the_copy_of_the_forms_that_root_makes_is_that_users_with_its_folder(home: Path, run: Run) -> None:
    env = environment("sqlite:///var/deep/leadform.db", PLATFORM, FORMS_FILE="forms.toml")
    CliRunner().invoke(main, ["worker", "--once"], env=env)
    (copy,) = (home / "var" / "deep").iterdir()
    assert {path.stat().st_uid for path in (home / "var", copy.parent, copy)} == {NOBODY.pw_uid}
    made = run("db", "upgrade", DATABASE_URL="sqlite:///var/deep/leadform.db")
    assert made.exit_code == 0, made.output


@pytest.mark.skipif(not IS_ROOT, reason="only root can make files of two users")
def test_a_copy_of_the_forms_that_cannot_be_kept_is_told_with_the_owner_of_its_folder(
    run: Run, home: Path
) -> None:
    (home / "data").mkdir()
    mode = forbid(home / "data")
    said = run("worker", "--once", DATABASE_URL="sqlite:///data/leadform.db").output
    assert "last_good_forms_not_kept" in said
    assert belonging(home / "data", mode) in said.split("last_good_forms_not_kept")[0]


@pytest.mark.skipif(not IS_ROOT, reason="only root can use files of another user")
@pytest.mark.parametrize(
    "command", [("leads", "list"), ("worker", "--once"), ("check", "--offline")], ids=" ".join
)
def test_the_side_files_that_root_leaves_are_the_owners_too(
    home: Path, migrated: Path, command: tuple[str, ...], run: Run
) -> None:
    file = home / "var" / "leadform.db"
    file.parent.mkdir()
    shutil.copy(migrated, file)
    file.chmod(0o600)
    for path in (file.parent, file):
        give_to_other_user(path)
    # Another connection keeps what is beside the database from being taken away at the end.
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as kept:
        env = environment(f"sqlite:///{file}", PLATFORM, FORMS_FILE="forms.toml")
        assert CliRunner().invoke(main, command, env=env).exit_code == 0
        kept.execute("SELECT count(*) FROM enquiries").fetchall()
        assert {path.stat().st_uid for path in file.parent.iterdir()} == {NOBODY.pw_uid}
    kept.close()
    assert run("leads", "list").exit_code == 0


# The forms file that is written


def test_a_forms_file_that_is_replaced_keeps_its_mode_and_its_link(home: Path) -> None:
    (home / "real.toml").write_text("mine")
    (home / "real.toml").chmod(0o640)
    give_to_other_user(home / "real.toml")
    (home / "forms.toml").unlink()
    (home / "forms.toml").symlink_to("real.toml")
    with SandboxServer(key="test-key", secret="test-secret") as platform:
        env = environment("sqlite:///l.db", platform.url, FORMS_FILE="forms.toml")
        result = CliRunner().invoke(main, ["forms", "import", "--force"], env=env)
        assert result.exit_code == 0, result.output
        assert (home / "forms.toml").is_symlink()
        status = (home / "real.toml").stat()
        assert stat.S_IMODE(status.st_mode) == 0o640
        assert status.st_uid == (NOBODY.pw_uid if IS_ROOT else os.geteuid())
        assert "mine" not in (home / "real.toml").read_text()
        (home / "closed").mkdir()
        mode = forbid(home / "closed")
        refused = run_as_other_user("forms", "import", "--output", "closed/forms.toml", env=env)
        assert belonging(home / "closed", mode) in told(refused)
        nowhere = run_as_other_user("forms", "import", "--output", "none/forms.toml", env=env)
        assert "its folder is missing" in told(nowhere)
    assert sorted(path.name for path in home.iterdir()) == ["closed", "forms.toml", "real.toml"]
