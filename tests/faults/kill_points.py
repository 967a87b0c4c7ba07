"""Lets a process of leadform meet its end, or fall asleep, at a chosen moment, once.

``DOOM_POINT`` names the moment and ``DOOM_SIGNAL`` what happens there; ``DOOM_FLAG`` is a file that is made
when it has happened, so that whoever takes the process's place lives on.
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


class Doom(StrEnum):
    """The moments."""

    BEFORE_COMMIT = "before the commit of an enquiry"
    AFTER_COMMIT = "after the commit of an enquiry, before the answer"
    AFTER_CLAIM = "after the claim"
    BEFORE_CONNECTING = "before connecting to the platform"
    BEFORE_RECORDING = "after the answer, before it is recorded"
    AFTER_RECORDING = "after it is recorded"


def doomed(point: Doom, folder: Path, number: signal.Signals = signal.SIGKILL) -> dict[str, str]:
    """Return the settings that let one process meet its end at a point."""
    flag = folder / f"met {point.value}"
    return {"DOOM_POINT": point.value, "DOOM_FLAG": str(flag), "DOOM_SIGNAL": number.name}


def meet(point: Doom) -> None:
    """Send this process its signal when this is the moment, and it has not come before."""
    if os.environ["DOOM_POINT"] != point:
        return
    try:
        os.close(os.open(os.environ["DOOM_FLAG"], os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    # To this very thread: sent to the process, it could let this thread go on for a moment.
    signal.pthread_kill(threading.get_ident(), signal.Signals[os.environ["DOOM_SIGNAL"]])


def wrap(owner: type, name: str, before: Doom | None, after: Doom | None) -> None:
    """Come to one moment before a method, and to another after it has returned anything but an empty list."""
    method: Callable[..., Any] = getattr(owner, name)

    @wraps(method)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if before is not None:
            meet(before)
        result = method(*args, **kwargs)
        if after is not None and result != []:
            meet(after)
        return result

    setattr(owner, name, wrapped)


def meet_before_connecting(port: int) -> None:
    """Come to the moment at which Python's sockets connect to this port."""

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and arguments[1][1] == port:
            meet(Doom.BEFORE_CONNECTING)

    sys.addaudithook(watch)
