"""Files that this process may not use, and the command line run by somebody else where that can be."""

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
"""Whom the commands of ``run_as_another`` run as: as root nobody, else the tests' own user."""


@contextmanager
def open_folder() -> Iterator[Path]:
    """Make a folder that everybody may enter, as pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="leadform-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def forbid(path: Path) -> str:
    """Keep the commands of ``run_as_another`` from a path; return its mode as it is told."""
    mode = (0o700 if path.is_dir() else 0o600) if IS_ROOT else 0o000
    path.chmod(mode)
    return f"{mode:03o}"


def give_to_another(path: Path) -> None:
    """Let the user whom ``run_as_another`` runs as own a path."""
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
