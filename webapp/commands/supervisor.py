"""Runs several of leadform's commands as one: starts them, restarts what dies, stops all of them in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Final

import structlog

from webapp.child_processes import Lifeline, handed_over
from webapp.commands.misconfigured import MISCONFIGURED
from webapp.commands.patience import Patience
from webapp.commands.stopping import StopSignals
from webapp.settings.model import Settings

LIVED_LONG_ENOUGH: Final = 10.0
"""Seconds after which a command has been up, and the next of its deaths is a first one."""

STOP_WITHIN: Final = 60.0
POLL: Final = 0.2
LEADFORM: Final = (sys.executable, "-m", "webapp")

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Child:
    arguments: Sequence[str]
    process: subprocess.Popen[bytes]
    started_at: float
    patience: Patience = field(default_factory=Patience)
    has_been_up: bool = False
    restart_at: float | None = None

    @property
    def name(self) -> str:
        return self.arguments[0]


@dataclass
class Supervisor:
    """Keeps commands running, each ``leadform NAME …`` in a process of its own.

    A command that ends is started again, after a while that grows, for ever; only one that says at its first
    start that it is misconfigured ends the whole.

    Attributes:
        environment: what every command gets.
        settings: what every command goes on with when it cannot read them itself.
        stop_within: seconds that a command has to finish what it has begun.
        program: what runs a command.
        clock: seconds that only grow.
    """

    environment: Mapping[str, str]
    settings: Settings | None = None
    stop_within: float = STOP_WITHIN
    program: Sequence[str] = LEADFORM
    clock: Callable[[], float] = time.monotonic
    stop: threading.Event = field(default_factory=threading.Event)
    hurry: bool = False
    _children: dict[str, _Child] = field(default_factory=dict)
    _lifeline: Lifeline = field(default_factory=Lifeline)

    def install_signal_handlers(self) -> None:
        """Stop everything when told to, and at once when told so."""

        def stop_at_once(number: int) -> None:
            del number
            self.hurry = True

        StopSignals(self.stop, stop_at_once).heed()

    def start(self, *arguments: str) -> None:
        """Start a command; its first argument is its name."""
        self._children[arguments[0]] = _Child(arguments, self._spawn(arguments), self.clock())

    def is_running(self, name: str) -> bool:
        """Say whether a command is running now."""
        return self._children[name].process.poll() is None

    def run(self, until: Callable[[], bool] = lambda: False) -> bool:
        """Keep the commands running until told to stop, or until something is so.

        Returns False when one is misconfigured from the start.
        """
        while not self.stop.is_set() and not until():
            if not self.look_after_all():
                return False
            self.stop.wait(POLL)
        return True

    def look_after_all(self) -> bool:
        """Start again what has ended, when its time has come; return False when there is no use in it."""
        are_useful = [self._look_after(child) for child in self._children.values()]
        return all(are_useful)

    def stop_all(self) -> None:
        """Stop every command, the last started first, each given time to finish what it has begun."""
        for child in reversed(list(self._children.values())):
            self._end(child)
        self._lifeline.close()

    def _look_after(self, child: _Child) -> bool:
        now = self.clock()
        if child.restart_at is not None:
            if now >= child.restart_at:
                self._restart(child, now)
            return True
        status = child.process.poll()
        if now - child.started_at >= LIVED_LONG_ENOUGH:
            child.has_been_up = True
            child.patience = Patience()
        if status is None:
            return True
        if status == MISCONFIGURED and not child.has_been_up:
            log.error("process_misconfigured", process=child.name, status=status)
            return False
        wait = child.patience.wait()
        child.restart_at = now + wait
        log.error("process_ended", process=child.name, status=_told(status), starts_again_in=round(wait, 1))
        return True

    def _restart(self, child: _Child, now: float) -> None:
        try:
            child.process = self._spawn(child.arguments)
        except OSError as error:  # such as a machine that has no room for another process
            wait = child.patience.wait()
            child.restart_at = now + wait
            told = log.bind(process=child.name, reason=str(error))
            told.error("process_not_started", tries_again_in=round(wait, 1))
        else:
            child.started_at, child.restart_at = now, None

    def _end(self, child: _Child) -> None:
        if child.restart_at is not None:
            return
        ends_at = self.clock() + self.stop_within
        child.process.terminate()
        while child.process.poll() is None:
            if self.hurry or self.clock() >= ends_at:
                log.warning("process_killed", process=child.name)
                _kill_with_its_own(child.process)
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(POLL)

    def _spawn(self, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        with ExitStack() as stack:
            inherited, named = [self._lifeline.reading], dict(self._lifeline.named)
            if self.settings is not None:
                reading, name = stack.enter_context(handed_over(self.settings))
                inherited, named = [*inherited, reading], {**named, **name}
            # A session of its own keeps Ctrl-C from reaching it before the order of stopping does.
            return subprocess.Popen(  # noqa: S603 (our own commands)
                [*self.program, *arguments],
                env={**self.environment, **named},
                pass_fds=inherited,
                start_new_session=True,
            )


def _told(status: int) -> int | str:
    """Return an exit status, or the name of the signal that ended a process."""
    with suppress(ValueError):
        return signal.Signals(-status).name if status < 0 else status
    return status


def _kill_with_its_own(process: subprocess.Popen[bytes]) -> None:
    """Kill a command and the processes that it has started, which are in its session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
