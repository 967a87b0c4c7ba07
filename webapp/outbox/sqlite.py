"""Which SQLite library to use, and which journal mode.

SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode that several connections use (sqlite.org/wal.html,
"The WAL-reset bug"; fixed in 3.51.3, and in 3.50.7 and 3.44.6 for those lines).
"""

from __future__ import annotations

import importlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import make_url

Version = tuple[int, int, int]

FIRST_FIXED: Final[Version] = (3, 51, 3)
FIRST_FIXED_IN_LINE: Final[dict[tuple[int, int], Version]] = {(3, 50): (3, 50, 7), (3, 44): (3, 44, 6)}


@dataclass(frozen=True, slots=True)
class SqliteLibrary:
    """A DB-API module for SQLite, and the journal mode that is safe with its library."""

    module: Any
    version: Version
    journal_mode: str


def is_wal_sound(version: Version) -> bool:
    """Say whether a library of this version cannot corrupt a WAL database with several connections."""
    fixed = FIRST_FIXED_IN_LINE.get(version[:2], FIRST_FIXED)
    return version >= fixed


def choose_library(standard: Any = sqlite3, newer: str = "pysqlite3.dbapi2") -> SqliteLibrary:
    """Return the standard SQLite if its WAL is safe, else the newer one, else a rollback journal."""
    for module in (standard, _import(newer)):
        if module is not None and is_wal_sound(module.sqlite_version_info):
            return SqliteLibrary(module, module.sqlite_version_info, "wal")
    return SqliteLibrary(standard, standard.sqlite_version_info, "delete")


def _import(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def get_file(url: str) -> Path | None:
    """Return the file of an SQLite database, by its SQLAlchemy URL; None for a database on a server."""
    address = make_url(url)
    return Path(address.database) if address.get_backend_name() == "sqlite" and address.database else None
