"""The query plan of a claim."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event

from tests.support.enquiries import queue_of
from webapp.outbox.database import Database


def plan_of_claim(database: Database) -> list[str]:
    """Return the lines of the query plan of a claim; this claims one delivery."""
    statements: list[tuple[str, Any]] = []

    def note(_c: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("WITH due"):
            statements.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        queue_of(database).claim(1)
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    ((statement, parameters),) = statements
    explain = "EXPLAIN" if database.is_shared else "EXPLAIN QUERY PLAN"
    with database.reading() as connection:
        rows = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
    return [str(row[-1]) for row in rows]
