"""What signals mean to a command that runs until it is told to stop."""

from __future__ import annotations

import _thread
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Final

from webapp.child_processes import when_left_alone

MEANT_AS_ONE: Final = 1.0
"""Seconds within which a second Ctrl-C is the first: what runs commands may pass the terminal's own on."""


class StopSignals:
    """Turns signals into a stop, or into the end at once.

    SIGTERM, a first Ctrl-C, a closed terminal and the end of the process that looks after this one stop it;
    however often they come, what it has begun is finished. A second Ctrl-C and SIGQUIT end it at once.

    Args:
        stop: set when the command is to stop.
        at_once: called with the signal's number when it is to end now.
        clock: seconds that only grow.
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

    def heed(self) -> None:
        """Take the signals from now on."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        signal.signal(signal.SIGQUIT, self._on_signal)
        # Whoever is started by nohup is not to be stopped by it.
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._on_signal)
        when_left_alone(self._stop.set)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        if number == signal.SIGQUIT or (number == signal.SIGINT and self._is_second_interrupt()):
            self._at_once(number)
        if not self._stop.is_set():
            # Here the main thread may be inside the event, holding its lock: only another may wait for that.
            try:
                _thread.start_new_thread(self._stop.set, ())
            except RuntimeError:  # there is no room for another
                self._stop.set()

    def _is_second_interrupt(self) -> bool:
        now = self._clock()
        if self._interrupted_at is None:
            self._interrupted_at = now
        return now - self._interrupted_at >= MEANT_AS_ONE


def end_at_once(number: int) -> None:
    """End this process with the exit status of a signal, finishing nothing."""
    os._exit(128 + number)
