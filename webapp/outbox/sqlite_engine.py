"""Connections to an SQLite file: durable, and only to the file that is at its path now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from webapp.outbox.file_identity import reject_replaced_file
from webapp.outbox.sqlite import choose_library


def sqlite_engine(file: Path, busy_timeout: float, *, read_only: bool = False) -> Engine:
    """Return the engine of an SQLite file, which it never creates.

    ``busy_timeout`` is how many seconds to wait for another's write. ``read_only`` leaves the file as it is,
    with its journal mode.
    """
    library = choose_library()
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        module=library.module,
        pool_timeout=busy_timeout,
        hide_parameters=True,
        connect_args={"timeout": busy_timeout, "check_same_thread": False},
    )
    reject_replaced_file(engine, file)  # first, so that it says why a file that was in use is missing

    @event.listens_for(engine, "do_connect")
    def make_no_file(*_: Any) -> None:
        # Not by opening it: closing it again would release this process's locks on the database.
        file.stat()

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver guesses
        cursor = connection.cursor()
        if not read_only or library.journal_mode != "wal":
            cursor.execute(f"PRAGMA journal_mode = {library.journal_mode}")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that begins to write can fail at once, whatever the busy timeout.
        writing = connection.get_execution_options().get("leadform_writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
