"""What signals mean to a command that runs until it is stopped."""

from __future__ import annotations

import _thread
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Final

from webapp.child_processes import on_parent_exit

REPEAT_WINDOW: Final = 1.0
"""Seconds in which a second Ctrl-C counts as the first: a wrapper may pass on the terminal's signal too."""


class StopSignals:
    """Turns signals into a graceful stop or an immediate exit.

    SIGTERM, a first Ctrl-C, a closed terminal and the end of the supervisor stop the command; however often
    they come, it finishes what it has begun. A second Ctrl-C and SIGQUIT end it at once.

    Args:
        stop: set when the command is to stop.
        at_once: called with the signal's number when the command is to exit now.
        clock: a monotonic clock, in seconds.
    """

    def __init__(
        self,
        stop: threading.Event,
        at_once: Callable[[int], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stop = stop
        self._at_once = at_once
        self._clock = clock
        self._interrupted_at: float | None = None

    def install(self) -> None:
        """Handle the signals from now on."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        signal.signal(signal.SIGQUIT, self._on_signal)
        # A command under nohup must not be stopped by it.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._on_signal)
        on_parent_exit(self._stop.set)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        if number == signal.SIGQUIT or (number == signal.SIGINT and self._is_second_interrupt()):
            self._at_once(number)
        if not self._stop.is_set():
            # The main thread may hold the event's lock at this point, so another thread has to set it.
            try:
                _thread.start_new_thread(self._stop.set, ())
            except RuntimeError:  # no more threads can be started
                self._stop.set()

    def _is_second_interrupt(self) -> bool:
        now = self._clock()
        if self._interrupted_at is None:
            self._interrupted_at = now
        return now - self._interrupted_at >= REPEAT_WINDOW


def exit_at_once(number: int) -> None:
    """End this process with the exit status of a signal, without finishing anything."""
    os._exit(128 + number)
