"""A path that cannot be used is reported in one sentence with its owner, its mode and a remedy."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
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
from tests.support.small_disk import fill, make_read_only, small_disk
from webapp.commands import main
from webapp.sandbox import SandboxServer

PLATFORM: Final = "http://127.0.0.1:9"

Run = Callable[..., Result]


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working directory that everybody may enter, with a forms file."""
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


def failure(result: Result) -> str:
    """Return the output of a command, which failed without a traceback."""
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
def test_another_users_env_file_is_reported(run: Run, home: Path, command: tuple[str, ...]) -> None:
    (home / ".env").write_text("PORT=8000\n")
    mode = forbid(home / ".env")
    output = failure(run(*command))
    assert f"{home}/.env: cannot be read ({belonging(home / '.env', mode)})" in output
    assert "(chown " in output or "(chmod " in output


@every_command
def test_another_users_forms_file_is_reported(run: Run, home: Path, command: tuple[str, ...]) -> None:
    mode = forbid(home / "forms.toml")
    if command in {("forms", "import"), ("leads", "list")}:
        return  # they do not read it
    assert belonging(home / "forms.toml", mode) in failure(run(*command))


USING_THE_DATABASE: Final = [command for command in EVERY_COMMAND if command[0] != "forms"]

using_the_database = pytest.mark.parametrize("command", USING_THE_DATABASE, ids=" ".join)


@using_the_database
def test_another_users_folder_is_reported(
    run: Run, home: Path, command: tuple[str, ...], migrated: Path
) -> None:
    (home / "var").mkdir()
    shutil.copy(migrated, home / "var" / "leadform.db")
    mode = forbid(home / "var")
    assert belonging(home / "var", mode) in failure(run(*command))


@using_the_database
def test_another_users_database_is_reported(
    run: Run, home: Path, command: tuple[str, ...], migrated: Path
) -> None:
    (home / "var").mkdir()
    give_to_other_user(home / "var")
    shutil.copy(migrated, home / "var" / "leadform.db")
    mode = forbid(home / "var" / "leadform.db")
    assert belonging(home / "var" / "leadform.db", mode) in failure(run(*command))


@pytest.mark.skipif(not IS_ROOT, reason="only root can make files of two users")
@pytest.mark.parametrize("end", ["-wal", "-shm"])
def test_another_users_wal_file_is_reported(run: Run, home: Path, migrated: Path, end: str) -> None:
    (home / "var").mkdir()
    shutil.copy(migrated, home / "var" / "leadform.db")
    for path in (home / "var", home / "var" / "leadform.db"):
        give_to_other_user(path)
    side = home / "var" / f"leadform.db{end}"
    side.write_bytes(b"")
    mode = forbid(side)
    assert belonging(side, mode) in failure(run("leads", "list"))


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "PLATFORM_SECRET"])
def test_another_users_secret_file_is_reported(run: Run, home: Path, name: str) -> None:
    (home / "secret").write_text("hunter2")
    mode = forbid(home / "secret")
    output = failure(run("check", "--offline", **{name: None, f"{name}_FILE": "secret"}))
    assert f"{name}_FILE: secret cannot be read ({belonging(home / 'secret', mode)})" in output


def test_a_closed_folder_on_the_path_is_reported(run: Run, home: Path) -> None:
    (home / "closed" / "far").mkdir(parents=True)
    (home / "closed" / "far" / "forms.toml").write_text(form_text())
    mode = forbid(home / "closed")
    output = failure(run("check", "--offline", FORMS_FILE="closed/far/forms.toml"))
    assert belonging(home / "closed", mode) in output


def test_another_users_logo_is_reported(run: Run, home: Path) -> None:
    (home / "logo.svg").write_text("<svg/>")
    theme = 'theme = { logo = "logo.svg", logo_alt = "Harbour Hall" }\n'
    (home / "forms.toml").write_text(form_text().replace("\n", f"\n{theme}", 1))
    mode = forbid(home / "logo.svg")
    assert belonging(home / "logo.svg", mode) in failure(run("check", "--offline"))


# Paths to something else


def link_to_itself(path: Path) -> None:
    path.symlink_to(path)


KINDS: Final[dict[str, tuple[Callable[[Path], object], str]]] = {
    "a folder": (Path.mkdir, "is a folder, where a file should be"),
    "a link to itself": (link_to_itself, "leads through symbolic links that end nowhere"),
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
def test_a_database_path_that_is_not_a_file_is_reported(
    run: Run, home: Path, command: tuple[str, ...], make: Callable[[Path], object], sentence: str
) -> None:
    (home / "var").mkdir()
    give_to_other_user(home / "var")
    make(home / "var" / "leadform.db")
    assert f"{home}/var/leadform.db {sentence}" in failure(run(*command))
    assert sorted(path.name for path in (home / "var").iterdir()) == ["leadform.db"]
    assert not (home / "var" / "nowhere").exists()


@every_kind
def test_a_forms_path_that_is_not_a_file_is_reported(
    run: Run, home: Path, make: Callable[[Path], object], sentence: str
) -> None:
    (home / "forms.toml").unlink()
    make(home / "forms.toml")
    output = failure(run("check", "--offline"))
    assert sentence in output or "there is no such file" in output


@pytest.mark.parametrize("variable", ["FORMS_FILE", "SECRET_KEY_FILE"])
def test_a_path_that_is_too_long_is_reported_and_cut(run: Run, variable: str) -> None:
    output = failure(run("check", "--offline", **{"SECRET_KEY": None, variable: "x" * 5000}))
    assert "is longer than the file system allows" in output
    assert len(max(output.splitlines(), key=len)) < 6000


def test_a_file_in_place_of_a_folder_is_reported(run: Run, home: Path) -> None:
    (home / "var").write_text("")
    for command in USING_THE_DATABASE:
        assert f"{home}/var is a file, where a folder should be" in failure(run(*command)), command


DAMAGED: Final[dict[str, tuple[bytes, str]]] = {
    "no database": (b"Dear Ada, " * 500, "is not an SQLite database"),
    "a damaged page": (b"", "is damaged"),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED.keys())
@pytest.mark.parametrize(
    "command", [("db", "upgrade"), ("leads", "list"), ("check", "--offline")], ids=" ".join
)
def test_a_damaged_database_is_reported(
    run: Run, home: Path, migrated: Path, command: tuple[str, ...], damage: tuple[bytes, str]
) -> None:
    content, sentence = damage
    file = home / "var" / "leadform.db"
    file.parent.mkdir()
    whole = migrated.read_bytes()
    file.write_bytes(content or whole[:4096] + b"\xff" * (len(whole) - 4096))
    for path in (file, file.parent):
        give_to_other_user(path)
    assert f"{file} {sentence}" in failure(run(*command))


@pytest.fixture
def disk(home: Path, migrated: Path) -> Iterator[Path]:
    """A small disk that holds the database."""
    with small_disk(home / "var", "1m") as place:
        shutil.copy(migrated, place / "leadform.db")
        for path in (place, place / "leadform.db"):
            give_to_other_user(path)
        yield place


@pytest.mark.parametrize(
    "command", [("db", "upgrade"), ("worker", "--once"), ("check", "--offline")], ids=" ".join
)
def test_a_read_only_disk_is_reported(run: Run, disk: Path, command: tuple[str, ...]) -> None:
    make_read_only(disk)
    output = failure(run(*command))
    assert f"{disk}/leadform.db is on a file system that can only be read" in output
    assert ": mount it for writing" in output


@pytest.mark.parametrize(
    "command", [("db", "upgrade"), ("worker", "--once"), ("check", "--offline")], ids=" ".join
)
def test_a_full_disk_is_reported(run: Run, disk: Path, command: tuple[str, ...]) -> None:
    fill(disk)
    output = failure(run(*command))
    assert f"{disk}/leadform.db finds no room left" in output
    assert ": make room on its disk" in output


# Owners of new files


@pytest.mark.skipif(not IS_ROOT, reason="only root can make files of another user")
def test_files_root_makes_in_a_users_folder_belong_to_the_user(home: Path, run: Run) -> None:
    env = environment("sqlite:///var/deep/leadform.db", PLATFORM, FORMS_FILE="forms.toml")
    made = CliRunner().invoke(main, ["db", "upgrade"], env=env)
    assert made.exit_code == 0, made.output
    assert f"{home}/var/deep/leadform.db, which belongs to {NOBODY.pw_name}" in made.output
    for path in (home / "var", home / "var" / "deep", home / "var" / "deep" / "leadform.db"):
        assert path.stat().st_uid == NOBODY.pw_uid, path
    used = run("leads", "list", DATABASE_URL="sqlite:///var/deep/leadform.db")
    assert used.exit_code == 0, used.output


@pytest.mark.skipif(not IS_ROOT, reason="only root can make files of another user")
def test_the_forms_copy_root_makes_belongs_to_the_user(home: Path, run: Run) -> None:
    env = environment("sqlite:///var/deep/leadform.db", PLATFORM, FORMS_FILE="forms.toml")
    CliRunner().invoke(main, ["worker", "--once"], env=env)
    (copy,) = (home / "var" / "deep").iterdir()
    assert {path.stat().st_uid for path in (home / "var", copy.parent, copy)} == {NOBODY.pw_uid}
    made = run("db", "upgrade", DATABASE_URL="sqlite:///var/deep/leadform.db")
    assert made.exit_code == 0, made.output


@pytest.mark.skipif(not IS_ROOT, reason="only root can make files of two users")
def test_a_forms_copy_that_fails_is_reported_with_the_owner(run: Run, home: Path) -> None:
    (home / "data").mkdir()
    mode = forbid(home / "data")
    output = run("worker", "--once", DATABASE_URL="sqlite:///data/leadform.db").output
    assert "last_good_forms_not_kept" in output
    assert belonging(home / "data", mode) in output.split("last_good_forms_not_kept")[0]


@pytest.mark.skipif(not IS_ROOT, reason="only root can use files of another user")
@pytest.mark.parametrize(
    "command", [("leads", "list"), ("worker", "--once"), ("check", "--offline")], ids=" ".join
)
def test_wal_files_that_root_leaves_belong_to_the_owner(
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


# Writing the forms file


def test_replacing_a_forms_file_keeps_its_mode_and_link(home: Path) -> None:
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
        assert belonging(home / "closed", mode) in failure(refused)
        nowhere = run_as_other_user("forms", "import", "--output", "none/forms.toml", env=env)
        assert "its folder is missing" in failure(nowhere)
    assert sorted(path.name for path in home.iterdir()) == ["closed", "forms.toml", "real.toml"]
