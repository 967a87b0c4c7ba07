"""Files that this process may not use, and the command line run by somebody else where that can be."""

from __future__ import annotations

import importlib
import os
import pkgutil
import pwd
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from click.testing import CliRunner, Result

import webapp
from webapp.commands import main

IS_ROOT: Final = os.geteuid() == 0
NOBODY: Final = pwd.getpwnam("nobody")
ME: Final = pwd.getpwuid(os.geteuid()).pw_name
RUNS_AS: Final = NOBODY.pw_name if IS_ROOT else ME
"""Whom the commands of ``run_as_another`` run as: as root nobody, else the tests' own user."""


@contextmanager
def open_folder() -> Iterator[Path]:
    """Make a folder that everybody may enter, as pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="leadform-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def forbid(path: Path) -> str:
    """Keep the commands of ``run_as_another`` from a path; return its mode in octal."""
    mode = (0o700 if path.is_dir() else 0o600) if IS_ROOT else 0o000
    path.chmod(mode)
    return f"{mode:03o}"


def give_to_another(path: Path) -> None:
    """Make the user of ``run_as_another`` the owner of a path."""
    if IS_ROOT:
        os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)


def run_as_another(*arguments: str, env: Mapping[str, str | None]) -> Result:
    """Run a command in this process: as nobody, where the tests run as root, which may do everything."""
    _load_everything()  # Python's own files may be forbidden to nobody
    if not IS_ROOT:
        return CliRunner().invoke(main, arguments, env=env)
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(NOBODY.pw_gid)
    os.seteuid(NOBODY.pw_uid)
    try:
        return CliRunner().invoke(main, arguments, env=env)
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


def _load_everything() -> None:
    for module in pkgutil.walk_packages(webapp.__path__, "webapp."):
        if module.name not in {"webapp.__main__", "webapp.wsgi"} and "migrations." not in module.name:
            importlib.import_module(module.name)
