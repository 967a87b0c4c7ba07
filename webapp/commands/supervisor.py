"""Runs several of leadform's commands as one: starts them, restarts what dies, stops all of them in order."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

import structlog

RESTART_DELAY: Final = 1.0
LIVED_LONG_ENOUGH: Final = 10.0
MOST_EARLY_DEATHS: Final = 3
STOP_WITHIN: Final = 60.0
POLL: Final = 0.2

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Child:
    name: str
    process: subprocess.Popen[bytes]
    started_at: float
    early_deaths: int = 0


@dataclass
class Supervisor:
    """Keeps commands running, each ``leadform NAME …`` in a process of its own.

    ``environment`` is what every command gets.
    """

    environment: Mapping[str, str]
    stop: threading.Event = field(default_factory=threading.Event)
    _commands: dict[str, list[str]] = field(default_factory=dict)
    _children: dict[str, _Child] = field(default_factory=dict)

    def heed_signals(self) -> None:
        """Stop everything on SIGTERM, on Ctrl-C, and when the terminal is closed."""

        def on_signal(number: int, frame: FrameType | None) -> None:
            del number, frame
            self.stop.set()

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, on_signal)

    def start(self, *arguments: str) -> None:
        """Start a command; its first argument is its name."""
        self._commands[arguments[0]] = list(arguments)
        self._children[arguments[0]] = self._spawn(arguments[0])

    def is_running(self, name: str) -> bool:
        """Say whether a command is running now."""
        return self._children[name].process.poll() is None

    def run(self) -> bool:
        """Keep the commands running until told to stop; return False when one keeps dying at its start."""
        while not self.stop.wait(POLL):
            for child in list(self._children.values()):
                if child.process.poll() is not None and not self._restart(child):
                    return False
        return True

    def stop_all(self) -> None:
        """Stop every command, the last started first, each given time to finish what it has begun."""
        for child in reversed(list(self._children.values())):
            child.process.terminate()
            try:
                child.process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                log.warning("process_killed", process=child.name)
                child.process.kill()
                child.process.wait()

    def _restart(self, dead: _Child) -> bool:
        early = time.monotonic() - dead.started_at < LIVED_LONG_ENOUGH
        deaths = dead.early_deaths + 1 if early else 0
        log.error("process_ended", process=dead.name, status=dead.process.returncode)
        if deaths >= MOST_EARLY_DEATHS:
            return False
        if not self.stop.wait(RESTART_DELAY):
            child = self._spawn(dead.name)
            child.early_deaths = deaths
            self._children[dead.name] = child
        return True

    def _spawn(self, name: str) -> _Child:
        # A session of its own keeps Ctrl-C from reaching it before the order of stopping does.
        process = subprocess.Popen(  # noqa: S603 (our own commands)
            [sys.executable, "-m", "webapp", *self._commands[name]],
            env=dict(self.environment),
            start_new_session=True,
        )
        return _Child(name, process, time.monotonic())
