"""Files without permission for leadform, and its commands run as another user where possible."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import pkgutil
import pwd
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

from click.testing import CliRunner, Result

import webapp
from webapp.commands import main

IS_ROOT: Final = os.geteuid() == 0
NOBODY: Final = pwd.getpwnam("nobody")
ME: Final = pwd.getpwuid(os.geteuid()).pw_name
RUNS_AS: Final = NOBODY.pw_name if IS_ROOT else ME
"""The user of ``run_as_other_user``: nobody if the tests run as root, else the tests' own user."""


@contextmanager
def open_folder() -> Iterator[Path]:
    """Create a folder that everybody may enter, unlike pytest's."""
    with tempfile.TemporaryDirectory(prefix="leadform-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def forbid(path: Path) -> str:
    """Take the permissions on a path from ``run_as_other_user``; return its mode in octal."""
    mode = (0o700 if path.is_dir() else 0o600) if IS_ROOT else 0o000
    path.chmod(mode)
    return f"{mode:03o}"


def give_to_other_user(path: Path) -> None:
    """Make the user of ``run_as_other_user`` the owner of a path."""
    if IS_ROOT:
        os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)


def run_as_other_user(*arguments: str, env: Mapping[str, str | None]) -> Result:
    """Run a command in this process, as nobody if the tests run as root, which may do everything."""
    _load_everything()  # the user nobody may not be allowed to read Python's files
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


@cache
def _load_everything() -> None:
    for module in pkgutil.walk_packages(webapp.__path__, "webapp."):
        if module.name in {"webapp.__main__", "webapp.wsgi"} or "migrations." in module.name:
            continue
        for imported in _imports(importlib.import_module(module.name)):
            importlib.import_module(imported)


def _imports(module: ModuleType) -> Iterator[str]:
    """Yield what a module's functions import when they are called."""
    for function in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom) and node.module:
                    yield node.module
                elif isinstance(node, ast.Import):
                    yield from (name.name for name in node.names)
