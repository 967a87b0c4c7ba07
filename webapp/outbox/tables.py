"""The schema, as SQLAlchemy Core tables; ``migrations`` applies it, with ``indexes.py``, to a database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    column,
)
from sqlalchemy.types import TypeEngine

from webapp.enquiry import DeliveryKind, DeliveryState


class UtcDateTime(TypeDecorator[datetime]):
    """A date and time with its time zone; SQLite stores no time zone, so it holds UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC."""
        del dialect
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return in UTC."""
        del dialect
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class JsonDocument(TypeDecorator[Any]):
    """A document of JSON, or null for None; PostgreSQL stores it as JSONB."""

    impl = JSON
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that a database has for it."""
        if dialect.name != "postgresql":
            return self.impl_instance
        from sqlalchemy.dialects.postgresql import JSONB  # noqa: PLC0415 (loads every driver's dialect)

        return dialect.type_descriptor(JSONB(none_as_null=True))


BigId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows automatically only where the type of the key is called INTEGER."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _one_of(name: str, values: type[DeliveryState | DeliveryKind]) -> CheckConstraint:
    return CheckConstraint(column(name).in_([value.value for value in values]), name=name)


enquiries = Table(
    "enquiries",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("reference", String(12), nullable=False, unique=True),
    Column("form", String(64), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    # The key of the form's token and a digest of what was typed: where both are equal, so is the enquiry.
    Column("submission_key", String(64), nullable=False),
    Column("content_digest", String(64), nullable=False),
    Column("content", JsonDocument, nullable=False),
    UniqueConstraint("submission_key", "content_digest"),
)

# What a visitor changed later: the whole enquiry as it is from then on.
amendments = Table(
    "amendments",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("enquiry_id", BigId, ForeignKey("enquiries.id"), nullable=False, index=True),
    Column("received_at", UtcDateTime, nullable=False),
    Column("submission_key", String(64), nullable=False),
    Column("content_digest", String(64), nullable=False),
    Column("content", JsonDocument, nullable=False),
    UniqueConstraint("submission_key", "content_digest"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("enquiry_id", BigId, ForeignKey("enquiries.id"), nullable=False, index=True),
    # The amendment that an update forwards; an addition forwards the enquiry itself.
    Column("amendment_id", BigId, ForeignKey("amendments.id")),
    Column("kind", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # When it was first tried, from which DELIVERY_GIVE_UP_AFTER counts.
    Column("tried_since", UtcDateTime),
    # When a worker may next claim it: the next attempt, or the end of the current lease. One that is queued
    # without it waits for the delivery before it.
    Column("due_at", UtcDateTime),
    # The lease token of the worker that holds it.
    Column("lease", String(32)),
    # The date of a request that may or may not have arrived; null when nothing is in doubt.
    Column("request_date", UtcDateTime),
    Column("attempts", Integer, nullable=False, default=0),
    Column("opportunity_id", BigInteger),
    Column("last_error", Text),
    _one_of("kind", DeliveryKind),
    _one_of("state", DeliveryState),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("delivery_id", BigId, ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("action", String(8), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    # What came of it; null when the worker died first.
    Column("outcome", String(16)),
    Column("charged", Boolean),
    # The opportunity as it was sent; the forms file may have changed since.
    Column("request", JsonDocument),
    Column("http_status", Integer),
    Column("specific_code", Integer),
    Column("message", Text),
)

breaker = Table(
    "breaker",
    metadata,
    # There is exactly one row, which all workers share.
    Column("id", Integer, primary_key=True, autoincrement=False),
    # How many calls in a row have failed.
    Column("failures", Integer, nullable=False),
    Column("opened_at", UtcDateTime),
    Column("reason", Text),
    # While it is open: when the next probe may go, or when the one under way counts as lost.
    Column("probe_at", UtcDateTime),
    # How often it has opened or stayed open since it was last closed.
    Column("setbacks", Integer, key="reopenings", nullable=False),
    # While it ramps up: since when, and how many deliveries were let through.
    Column("draining_since", UtcDateTime, key="ramping_up_since"),
    Column("let_go", Integer, key="released", nullable=False),
    CheckConstraint(column("id") == 1, name="single"),
)
