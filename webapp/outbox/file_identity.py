"""Rejects connections of SQLite whose file was replaced.

A file that was replaced, such as by restoring a backup, lives on in connections that were opened before, and
what they write is lost with it. So a connection is used only while its file is still at the path.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

FILE: Final = "leadform_file"

UNUSABLE_AFTER: Final = frozenset({8, 10, 11, 14, 26})
"""Primary result codes (sqlite.org/rescode.html) after which a new connection is opened: READONLY, IOERR,
CORRUPT, CANTOPEN and NOTADB. A connection opened while the disk was read-only stays READONLY for good."""

Identity = tuple[int, int]
"""Device and inode, which identify a file whatever its name."""


def reject_replaced_file(engine: Engine, path: Path) -> None:
    """Check every connection before its use, and discard it when its file is no longer at the path."""
    file = _File(path)

    @event.listens_for(engine, "do_connect")
    def refuse(*_: Any) -> None:
        file.check_not_replaced()

    @event.listens_for(engine, "connect")
    def remember(_connection: object, entry: ConnectionPoolEntry) -> None:
        entry.info[FILE] = file.opened = identity(path)

    @event.listens_for(engine, "checkout")
    def check(_connection: object, entry: ConnectionPoolEntry, _proxy: object) -> None:
        if entry.info[FILE] != identity(path):
            raise InvalidatePoolError(f"The file at {path} is another one now")
        file.journal = identity(file.journal_path) or file.journal

    @event.listens_for(engine, "handle_error")
    def mark_unusable(context: ExceptionContext) -> None:
        code = getattr(context.original_exception, "sqlite_errorcode", None)
        if context.connection is not None and code is not None and code & 0xFF in UNUSABLE_AFTER:
            context.is_disconnect = True


class _File:
    """The database's file as it was last opened, with its journal."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.opened: Identity | None = None
        self.journal: Identity | None = None

    @property
    def journal_path(self) -> Path:
        """Where SQLite puts the journal: beside the file itself, even when the path is a link."""
        return Path(f"{os.path.realpath(self._path)}-wal")

    def check_not_replaced(self) -> None:
        """Let a connection be opened, unless it would make an empty database or mix two.

        Raises:
            OSError: the file that was in use is gone, or another file has its journal.
        """
        found = identity(self._path)
        if self.opened is None or found == self.opened:
            return
        if found is None:
            raise FileNotFoundError(f"{self._path} was removed while it was in use: put it back")
        journal = identity(self.journal_path)
        # SQLite would apply the journal of the old file to the new one.
        if journal is not None and journal == self.journal:
            name = self.journal_path.name
            raise FileExistsError(
                f"{self._path} was replaced, and the journal of the file before it is still there: "
                f"stop leadform, remove {name} and {name.removesuffix('-wal')}-shm, start it again"
            )
        self.journal = None


def identity(path: Path) -> Identity | None:
    """Return the identity of the file at a path, or None when there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
