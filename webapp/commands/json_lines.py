"""How commands write JSON: one object a line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any


def json_line(row: dict[str, Any]) -> str:
    """Return a row as one line of JSON."""
    return json.dumps(row, ensure_ascii=False, default=to_json)


def to_json(value: object) -> str:
    """Return what JSON has no type for as a text."""
    return format_datetime(value) if isinstance(value, datetime) else str(value)


def format_datetime(value: datetime) -> str:
    """Return a time in UTC, to the second."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
