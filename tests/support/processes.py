"""leadform's commands as processes, and a visitor who sends them HTTP requests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import requests

from tests.support.pages import TYPED, check_page

FORMS_FILE = Path(__file__).with_name("forms.toml")
SECRET_KEY = "a key for tests, long enough to be taken"
PROJECT = Path(__file__).resolve().parents[2]
WITHIN = 60.0

Found = TypeVar("Found")


def wait_for(find: Callable[[], Found], what: str, within: float = WITHIN) -> Found:
    """Return the result of ``find`` as soon as it is true; fail after ``within`` seconds."""
    ends_at = time.monotonic() + within
    while time.monotonic() < ends_at:
        found = find()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {within:g} s")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def environment(database_url: str, platform_url: str, **others: str) -> dict[str, str]:
    """Return a complete environment for a process, with short delays."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    coverage = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    return {
        **inherited,
        **coverage,
        "PYTHONPATH": str(PROJECT),
        "SECRET_KEY": SECRET_KEY,
        "DATABASE_URL": database_url,
        "PLATFORM_URL": platform_url,
        "PLATFORM_KEY": "test-key",
        "PLATFORM_SECRET": "test-secret",
        "FORMS_FILE": str(FORMS_FILE),
        "WEB_CONCURRENCY": "1",
        "DELIVERY_TIMEOUT": "1.5",
        "DELIVERY_LEASE": "2",
        "DELIVERY_UNCLEAR_WAIT": "1",
        "DELIVERY_RETRY_BASE": "0.2",
        **others,
    }


@contextmanager
def leadform(*arguments: str, env: Mapping[str, str], cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a command beside the test, and stop it at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp", *arguments],
        env=dict(env),
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.communicate(timeout=WITHIN)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        if process.stdout is not None:
            process.stdout.close()
        process.wait()


def output_until_ready(demonstration: subprocess.Popen[str]) -> str:
    """Return the output of ``leadform demo`` up to the line that says it is ready."""
    assert demonstration.stdout is not None
    output = ""
    while "Ctrl-C" not in output:
        line = demonstration.stdout.readline()
        assert line, output
        output += line
    return output


def run(
    *arguments: str, env: Mapping[str, str], cwd: Path, within: float = WITHIN
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "webapp", *arguments],
        env=dict(env),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )


def stop(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
    """Ask a process to stop, and return its exit status and its output."""
    process.send_signal(number)
    output, _ = process.communicate(timeout=WITHIN)
    return process.returncode, output


class Visitor:
    """A visitor without JavaScript, who fetches pages and sends forms by HTTP."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._session = requests.Session()
        self._session.trust_env = False
        # A kept connection would make the server linger when it is stopped.
        self._session.headers["Connection"] = "close"

    def wait_until_served(self) -> None:
        wait_for(self._is_served, f"{self.address} answers")

    def get(self, path: str) -> requests.Response:
        return self._session.get(self.address + path, timeout=WITHIN)

    def send(self, query: str = "", slug: str = "weddings", **changes: str) -> requests.Response:
        """Open a form, fill it in and send it; return the response after redirects."""
        page = check_page(self.get(f"/f/{slug}{query}").text)
        answer = self._session.post(
            f"{self.address}/f/{slug}", data={**TYPED, **page.hidden(), **changes}, timeout=WITHIN
        )
        assert not self._session.cookies
        return answer

    def enquire(self, query: str = "", slug: str = "weddings", **changes: str) -> str:
        """Send an enquiry and return the reference on its receipt."""
        answer = self.send(query, slug, **changes)
        assert answer.status_code == 200, answer.text
        return check_page(answer.text).text("#reference")

    def _is_served(self) -> bool:
        try:
            return self.get("/healthz").ok
        except requests.ConnectionError:
            return False
