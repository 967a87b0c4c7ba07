"""Tells idle workers that a delivery has become due; ``wakeup.py`` is where they wait."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, func

CHANNEL: Final = "leadform_due"
"""Of PostgreSQL's NOTIFY and LISTEN."""


def notify(connection: Connection) -> None:
    """Wake the idle workers when this transaction commits; on SQLite, they poll."""
    if connection.dialect.name == "postgresql":
        connection.execute(func.pg_notify(CHANNEL, "").select())
