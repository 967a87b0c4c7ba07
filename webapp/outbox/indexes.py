"""The indexes by which workers find what is due, and people what is in one state.

They are apart from ``tables.py``, since no query names them: a condition loads the dialect of each database
that has one, which is slow.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Index

from webapp.outbox.tables import deliveries, metadata

Index(
    "ix_deliveries_due",
    deliveries.c.due_at,
    sqlite_where=deliveries.c.due_at.is_not(None),
    postgresql_where=deliveries.c.due_at.is_not(None),
)
Index("ix_deliveries_state_id", deliveries.c.state, deliveries.c.id)

SCHEMA: Final = metadata
"""The tables with their indexes, as migrations make them."""
