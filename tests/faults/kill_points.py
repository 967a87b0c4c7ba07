"""Sends a leadform process a signal, SIGKILL or SIGSTOP, at a chosen point, once.

``KILL_POINT`` names the point and ``KILL_SIGNAL`` the signal; ``KILL_FLAG`` is a file that is created when it
is sent, so that the process which takes over lives on.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Any


class KillPoint(StrEnum):
    """Where a process can get its signal."""

    BEFORE_COMMIT = "before the commit of an enquiry"
    AFTER_COMMIT = "after the commit of an enquiry, before the answer"
    AFTER_CLAIM = "after the claim"
    BEFORE_CONNECTING = "before connecting to the platform"
    BEFORE_RECORDING = "after the answer, before it is recorded"
    AFTER_RECORDING = "after it is recorded"


def kill_settings(point: KillPoint, folder: Path, number: signal.Signals = signal.SIGKILL) -> dict[str, str]:
    """Return the environment variables that make one process get a signal at a point."""
    flag = folder / f"reached {point.value}"
    return {"KILL_POINT": point.value, "KILL_FLAG": str(flag), "KILL_SIGNAL": number.name}


def reach(point: KillPoint) -> None:
    """Send this process its signal if this is the chosen point and no process got it before."""
    if os.environ["KILL_POINT"] != point:
        return
    try:
        os.close(os.open(os.environ["KILL_FLAG"], os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    # Sent to this thread: sent to the process, it could let this thread run on for a moment.
    signal.pthread_kill(threading.get_ident(), signal.Signals[os.environ["KILL_SIGNAL"]])


def wrap_method(owner: type, name: str, before: KillPoint | None, after: KillPoint | None) -> None:
    """Reach one point before a method, and another after it returns anything but an empty list."""
    method: Callable[..., Any] = getattr(owner, name)

    @wraps(method)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if before is not None:
            reach(before)
        result = method(*args, **kwargs)
        if after is not None and result != []:
            reach(after)
        return result

    setattr(owner, name, wrapped)


def watch_connections(port: int) -> None:
    """Reach BEFORE_CONNECTING when a Python socket is about to connect to this port."""

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and arguments[1][1] == port:
            reach(KillPoint.BEFORE_CONNECTING)

    sys.addaudithook(watch)
