"""Runs several of leadform's commands as one: starts them, restarts those that end, stops them in order."""

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

from webapp.child_processes import Lifeline, settings_pipe
from webapp.commands.backoff import Backoff
from webapp.commands.command_faults import MISCONFIGURED
from webapp.commands.stop_signals import StopSignals
from webapp.settings.model import Settings

STABLE_AFTER: Final = 10.0
"""Seconds after which a command counts as up, and its backoff starts again."""

STOP_WITHIN: Final = 60.0
POLL: Final = 0.2
LEADFORM: Final = (sys.executable, "-m", "webapp")

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Child:
    arguments: Sequence[str]
    process: subprocess.Popen[bytes]
    started_at: float
    backoff: Backoff = field(default_factory=Backoff)
    has_been_up: bool = False
    restart_at: float | None = None

    @property
    def name(self) -> str:
        return self.arguments[0]


@dataclass
class Supervisor:
    """Keeps commands running, each ``leadform NAME …`` in a process of its own.

    A command that ends is restarted for ever, after waits that grow. Only a command that is misconfigured
    when it is first started ends all of them.

    Attributes:
        environment: for every command.
        settings: for a command that cannot read them itself.
        stop_within: seconds that a command has to finish what it has begun.
        program: the start of the command line that runs a command.
        clock: a monotonic clock, in seconds.
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
        """Stop every command on a signal, and kill them on a second one."""

        def stop_at_once(number: int) -> None:
            del number
            self.hurry = True

        StopSignals(self.stop, stop_at_once).install()

    def start(self, *arguments: str) -> None:
        """Start a command; the first argument is its name."""
        self._children[arguments[0]] = _Child(arguments, self._spawn(arguments), self.clock())

    def is_running(self, name: str) -> bool:
        """Say whether a command is running now."""
        return self._children[name].process.poll() is None

    def run(self, until: Callable[[], bool] = lambda: False) -> bool:
        """Keep the commands running until they are stopped, or until ``until()`` is true.

        Returns False when a command is misconfigured from the start.
        """
        while not self.stop.is_set() and not until():
            if not self.check_all():
                return False
            self.stop.wait(POLL)
        return True

    def check_all(self) -> bool:
        """Restart the commands that have ended and are due; return False when one is misconfigured."""
        are_well = [self._check(child) for child in self._children.values()]
        return all(are_well)

    def stop_all(self) -> None:
        """Stop the commands in reverse order; each has time to finish what it has begun."""
        for child in reversed(list(self._children.values())):
            self._end(child)
        self._lifeline.close()

    def _check(self, child: _Child) -> bool:
        now = self.clock()
        if child.restart_at is not None:
            if now >= child.restart_at:
                self._restart(child, now)
            return True
        status = child.process.poll()
        if now - child.started_at >= STABLE_AFTER:
            child.has_been_up = True
            child.backoff = Backoff()
        if status is None:
            return True
        if status == MISCONFIGURED and not child.has_been_up:
            log.error("process_misconfigured", process=child.name, status=status)
            return False
        wait = child.backoff.wait()
        child.restart_at = now + wait
        log.error(
            "process_ended",
            process=child.name,
            status=_describe_status(status),
            starts_again_in=round(wait, 1),
        )
        return True

    def _restart(self, child: _Child, now: float) -> None:
        try:
            child.process = self._spawn(child.arguments)
        except OSError as error:  # for example, no more processes can be started
            wait = child.backoff.wait()
            child.restart_at = now + wait
            event = log.bind(process=child.name, reason=str(error))
            event.error("process_not_started", tries_again_in=round(wait, 1))
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
                _kill_session(child.process)
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(POLL)

    def _spawn(self, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        with ExitStack() as stack:
            inherited, variables = [self._lifeline.reading], self._lifeline.environment
            if self.settings is not None:
                reading, variable = stack.enter_context(settings_pipe(self.settings))
                inherited, variables = [*inherited, reading], {**variables, **variable}
            # In a session of its own, Ctrl-C does not reach it out of order.
            return subprocess.Popen(  # noqa: S603 (our own commands)
                [*self.program, *arguments],
                env={**self.environment, **variables},
                pass_fds=inherited,
                start_new_session=True,
            )


def _describe_status(status: int) -> int | str:
    """Return an exit status, or the name of the signal that ended a process."""
    with suppress(ValueError):
        return signal.Signals(-status).name if status < 0 else status
    return status


def _kill_session(process: subprocess.Popen[bytes]) -> None:
    """Kill a command and its children, which are in its session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
