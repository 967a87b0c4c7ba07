"""leadform's commands as processes to be killed and stopped, with logs that no full pipe stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tests.support.processes import PROJECT, WITHIN

MAX_TOLD: Final = 6000


class Program:
    """One process and what it has said."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.pid = process.pid
        self._process = process
        self._log = log

    def said(self) -> str:
        """Return all that it has said."""
        return self._log.read_text(encoding="utf-8")

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.kill()
        self._process.wait(WITHIN)

    def wait(self, within: float = WITHIN) -> int:
        """Wait for its end; return its exit status, negative for a signal."""
        return self._process.wait(within)

    def stop(self) -> int:
        """Ask it to finish what it has begun; return its exit status."""
        self.send(signal.SIGTERM)
        return self.wait()

    def has_ended(self) -> bool:
        """Say whether it runs no more."""
        return self._process.poll() is not None

    def is_stopped(self) -> bool:
        """Say whether it sleeps by SIGSTOP."""
        status = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii")
        return status.rpartition(")")[2].split()[0] == "T"

    def clear_away(self) -> None:
        """End it with all its children, whatever it does."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGCONT)
        if self._process.poll() is None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(WITHIN)
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def program(*arguments: str, env: Mapping[str, str], folder: Path) -> Iterator[Program]:
    """Run ``python -m …`` beside the test; when the test fails, what the program said is told."""
    log = folder / f"{arguments[0]}-{len(list(folder.iterdir()))}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env=dict(env),
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = Program(process, log)
    try:
        yield running
    except BaseException as error:
        error.add_note(f"--- {' '.join(arguments)} said ---\n{running.said()[-MAX_TOLD:]}")
        raise
    finally:
        running.clear_away()


@contextmanager
def gunicorn(app: str, port: int, *, env: Mapping[str, str], folder: Path) -> Iterator[Program]:
    """Serve an application as ``leadform web`` does."""
    config = str(PROJECT / "gunicorn.conf.py")
    arguments = ("gunicorn", "--config", config, "--bind", f"127.0.0.1:{port}", app)
    with program(*arguments, env={**env, "PORT": str(port)}, folder=folder) as running:
        yield running
