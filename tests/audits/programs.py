"""The programs that audits need besides Python; a missing one skips the test, or fails it in CI."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.journeys.browser import find_chromium
from tests.support.processes import PROJECT

CHECKER: Final = PROJECT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
LIGHTHOUSE: Final = PROJECT / "node_modules" / "lighthouse" / "cli" / "index.js"
NODE: Final = Path(sys.executable).with_name("node")


def html_checker_command() -> list[str]:
    """Return the command of the Nu HTML checker."""
    java = shutil.which("java")
    if java is None:
        _skip_or_fail("no Java here: on Debian and Ubuntu, apt install default-jre-headless")
    if not CHECKER.is_file():
        _skip_or_fail("the Nu HTML checker is not installed: make audit does it, by npm ci")
    # The checker recurses deeply into its grammars and into nested elements.
    return [java or "", "-Xss8m", "-jar", str(CHECKER)]


def lighthouse_command() -> list[str]:
    """Return the command of Lighthouse."""
    if not NODE.is_file():
        _skip_or_fail("no Node.js in the virtual environment: make audit installs requirements-audit.txt")
    if not LIGHTHOUSE.is_file():
        _skip_or_fail("Lighthouse is not installed: make audit does it, by npm ci")
    return [str(NODE), str(LIGHTHOUSE)]


def chromium_path() -> str:
    """Return the path of Chromium."""
    path = find_chromium()
    if path is None:
        _skip_or_fail("no Chromium here: install one, or name it by CHROMIUM")
    return path or ""


def run(
    command: Sequence[str], *, within: float, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; kill it and its children if it takes longer than ``within`` seconds."""
    process = subprocess.Popen(
        command,
        env=None if env is None else dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(timeout=within)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    return subprocess.CompletedProcess(list(command), process.returncode, output, errors)


def _skip_or_fail(what: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)
