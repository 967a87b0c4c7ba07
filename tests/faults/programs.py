"""leadform's commands as processes to kill and stop; they log to files, so no full pipe blocks them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tests.support.process_table import children_of, is_suspended
from tests.support.processes import PROJECT, WITHIN

MAX_SHOWN: Final = 6000


class Program:
    """One process and its output."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.pid = process.pid
        self._process = process
        self._log = log

    def output(self) -> str:
        """Return all output so far."""
        return self._log.read_text(encoding="utf-8")

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait(WITHIN)

    def wait(self, within: float = WITHIN) -> int:
        """Wait until it ends; return its exit status, negative for a signal."""
        return self._process.wait(within)

    def stop(self) -> int:
        """Send SIGTERM and wait; return the exit status."""
        self.send(signal.SIGTERM)
        return self.wait()

    def has_ended(self) -> bool:
        """Say whether it has ended."""
        return self._process.poll() is not None

    def is_suspended(self) -> bool:
        """Say whether SIGSTOP has suspended it."""
        return is_suspended(self.pid)

    def children(self) -> list[int]:
        """Return the process ids of its children."""
        return children_of(self.pid)

    def terminate_group(self) -> None:
        """End it and all its children, whatever they are doing."""
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
    """Run ``python -m …`` beside the test; if the test fails, the output is added to the error."""
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
        error.add_note(f"--- {' '.join(arguments)} wrote ---\n{running.output()[-MAX_SHOWN:]}")
        raise
    finally:
        running.terminate_group()


@contextmanager
def gunicorn(app: str, port: int, *, env: Mapping[str, str], folder: Path) -> Iterator[Program]:
    """Serve an application as ``leadform web`` does."""
    config = str(PROJECT / "gunicorn.conf.py")
    arguments = ("gunicorn", "--config", config, "--bind", f"127.0.0.1:{port}", app)
    with program(*arguments, env={**env, "PORT": str(port)}, folder=folder) as running:
        yield running
