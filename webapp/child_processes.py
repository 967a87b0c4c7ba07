"""What a process passes to its children besides arguments and environment: its settings, and a lifeline.

Both are pipes. An environment variable names a pipe by descriptor and inode, so that a descriptor that was
reused for another file is never mistaken for it.
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
    """A pipe that closes when the process that made it ends, however it ends."""

    def __init__(self) -> None:
        self.reading, writing = os.pipe()
        self._open = [self.reading, writing]
        self.environment: Final = {LIFELINE: _name(self.reading)}
        """The environment variable for a child that inherits ``reading``."""

    def close(self) -> None:
        """Tell the children that their parent is ending."""
        while self._open:
            os.close(self._open.pop())


def is_supervised() -> bool:
    """Say whether this process was started by a supervisor that is still running."""
    return _inherited(LIFELINE) is not None


def on_parent_exit(act: Callable[[], None]) -> None:
    """Call ``act`` in a separate thread as soon as this process's supervisor has ended."""
    reading = _inherited(LIFELINE)
    if reading is None:
        return

    def wait() -> None:
        while os.read(reading, 1):
            pass
        act()

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


@contextmanager
def settings_pipe(settings: Settings) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield a pipe from which one child can read the settings, and the variable that names it.

    Settings hold secrets, so they must not be in a file or in the environment.
    """
    reading, writing = os.pipe()
    try:
        # Nobody is reading yet, so writing must not block; a child ignores settings that are incomplete.
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
    """Return the settings that the parent passed on, at the first call; else None."""
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
