"""What a process gives those that it starts, beside arguments and environment: its settings, and its end.

Both are pipes. A variable names each by its number and its inode, so that a number which means another file
by now is never taken for it.
"""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from pydantic import SecretStr

from webapp.settings.model import Settings

LIFELINE: Final = "LEADFORM_LIFELINE"
SETTINGS: Final = "LEADFORM_SETTINGS"


class Lifeline:
    """A pipe that ends when the process that made it does, however that comes."""

    def __init__(self) -> None:
        self.reading, writing = os.pipe()
        self._open = [self.reading, writing]
        self.named: Final = {LIFELINE: _name(self.reading)}
        """What goes into the environment of who inherits ``reading``."""

    def close(self) -> None:
        """Let those who hold on to it know that they are left alone."""
        while self._open:
            os.close(self._open.pop())


def is_supervised() -> bool:
    """Say whether this process was started by one that looks after it."""
    return _inherited(LIFELINE) is not None


def when_left_alone(act: Callable[[], None]) -> None:
    """Act, in a thread of its own, as soon as the process that looks after this one is no more."""
    reading = _inherited(LIFELINE)
    if reading is None:
        return

    def wait() -> None:
        while os.read(reading, 1):
            pass
        act()

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


@contextmanager
def handed_over(settings: Settings) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the pipe from which one other process may read settings, and the variable that names it.

    No file and no environment holds them, since they hold secrets.
    """
    reading, writing = os.pipe()
    try:
        # Nobody reads yet, so what does not fit must not wait; who finds half of it goes without.
        os.set_blocking(writing, False)
        os.write(writing, json.dumps(settings.model_dump(), default=_plain).encode())
    except OSError:
        pass
    finally:
        os.close(writing)
    try:
        yield reading, {SETTINGS: _name(reading)}
    finally:
        os.close(reading)


def inherited_settings() -> Settings | None:
    """Return the settings that were handed over to this process, once; None when there are none."""
    reading = _inherited(SETTINGS)
    os.environ.pop(SETTINGS, None)
    if reading is None:
        return None
    with os.fdopen(reading, "rb") as pipe:
        content = pipe.read()
    try:
        return Settings.model_validate(json.loads(content))
    except ValueError:
        return None


def _plain(value: Any) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _name(descriptor: int) -> str:
    return f"{descriptor}:{os.fstat(descriptor).st_ino}"


def _inherited(variable: str) -> int | None:
    number, _, inode = os.environ.get(variable, "").partition(":")
    try:
        status = os.fstat(int(number))
    except (OSError, ValueError):
        return None
    return int(number) if stat.S_ISFIFO(status.st_mode) and str(status.st_ino) == inode else None
