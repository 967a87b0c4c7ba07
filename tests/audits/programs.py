"""The programs that audits need besides Python, and what to do where one is missing."""

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

from tests.journeys.browser import chromium
from tests.support.processes import PROJECT

CHECKER: Final = PROJECT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
LIGHTHOUSE: Final = PROJECT / "node_modules" / "lighthouse" / "cli" / "index.js"
NODE: Final = Path(sys.executable).with_name("node")


def checker() -> list[str]:
    """Return the command of the Nu HTML checker; without it a test is skipped, but in CI it fails."""
    java = shutil.which("java")
    if java is None:
        _miss("no Java here: on Debian and Ubuntu, apt install default-jre-headless")
    if not CHECKER.is_file():
        _miss("the Nu HTML checker is not installed: make audit does it, by npm ci")
    # The checker asks for a deep stack: its grammars are nested, and so may pages be.
    return [java or "", "-Xss8m", "-jar", str(CHECKER)]


def lighthouse() -> list[str]:
    """Return the command of Lighthouse; without it a test is skipped, but in CI it fails."""
    if not NODE.is_file():
        _miss("no Node.js in the virtual environment: make audit installs requirements-audit.txt")
    if not LIGHTHOUSE.is_file():
        _miss("Lighthouse is not installed: make audit does it, by npm ci")
    return [str(NODE), str(LIGHTHOUSE)]


def browser() -> str:
    """Return the path of Chromium; without it a test is skipped, but in CI it fails."""
    path = chromium()
    if path is None:
        _miss("no Chromium here: install one, or name it by CHROMIUM")
    return path or ""


def run(
    command: Sequence[str], *, within: float, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, or end it with all that it started when it takes longer, in seconds."""
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


def _miss(what: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)
