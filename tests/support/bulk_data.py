"""Many queued deliveries, written in bulk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert

from tests.support.enquiries import an_enquiry
from webapp.enquiry import DeliveryKind, DeliveryState, utc_now
from webapp.outbox.database import Database
from webapp.outbox.postgresql import disable_statement_timeout
from webapp.outbox.serialization import build_content
from webapp.outbox.tables import deliveries, enquiries

ROWS_AT_ONCE: Final = 10_000


def fill(database: Database, count: int) -> list[str]:
    """Queue ``count`` deliveries, a millisecond apart, and return their references."""
    began = utc_now() - timedelta(days=1)
    for first in range(0, count, ROWS_AT_ONCE):
        numbers = range(first, min(first + ROWS_AT_ONCE, count))
        with database.writing() as connection:
            disable_statement_timeout(connection)
            connection.execute(insert(enquiries), [_enquiry(number, began) for number in numbers])
            connection.execute(insert(deliveries), [_delivery(number, began) for number in numbers])
    with database.writing() as connection:
        connection.exec_driver_sql("ANALYZE")
    return [_reference(number) for number in range(count)]


def _reference(number: int) -> str:
    return f"ENQ-{number:08}"


def _enquiry(number: int, began: datetime) -> dict[str, Any]:
    return {
        "id": number + 1,
        "reference": _reference(number),
        "form": "weddings",
        "received_at": began,
        "submission_key": str(number),
        "content_digest": "digest",
        "content": build_content(an_enquiry(began)),
    }


def _delivery(number: int, began: datetime) -> dict[str, Any]:
    received = began + timedelta(milliseconds=number)
    return {
        "enquiry_id": number + 1,
        "kind": DeliveryKind.ADD,
        "state": DeliveryState.QUEUED,
        "created_at": received,
        "due_at": received,
        "attempts": 0,
    }
