"""A web process that dies at the moment of its commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


class WebDied(BaseException):
    """The process is gone; whatever was not committed is too."""


@contextmanager
def dying_at_the_commit(engine: Engine, *, dies: bool) -> Iterator[None]:
    """Let the process die at each COMMIT in the block, before it is done, or leave all as it is."""

    def die(_connection: Any) -> None:
        raise WebDied

    if not dies:
        yield
        return
    event.listen(engine, "commit", die)
    try:
        yield
    finally:
        event.remove(engine, "commit", die)
