"""Enquiries, deliveries and their attempts."""

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

big_id = BigInteger().with_variant(Integer, "sqlite")
moment = DateTime(timezone=True)
document = JSON().with_variant(JSONB, "postgresql")


def upgrade() -> None:
    op.create_table(
        "enquiries",
        Column("id", big_id, nullable=False, primary_key=True),
        Column("reference", String(12), nullable=False),
        Column("form", String(64), nullable=False),
        Column("received_at", moment, nullable=False),
        Column("submission_key", String(64), nullable=False),
        Column("content_digest", String(64), nullable=False),
        Column("content", document, nullable=False),
        UniqueConstraint("reference", name=op.f("uq_enquiries_reference")),
        UniqueConstraint(
            "submission_key", "content_digest", name=op.f("uq_enquiries_submission_key_content_digest")
        ),
    )
    op.create_table(
        "deliveries",
        Column("id", big_id, nullable=False, primary_key=True),
        Column(
            "enquiry_id",
            big_id,
            ForeignKey("enquiries.id", name=op.f("fk_deliveries_enquiry_id")),
            nullable=False,
        ),
        Column("kind", String(8), nullable=False),
        Column("state", String(16), nullable=False),
        Column("created_at", moment, nullable=False),
        Column("queued_at", moment, nullable=False),
        Column("due_at", moment),
        Column("lease", String(32)),
        Column("request_date", moment),
        Column("attempts", Integer, nullable=False),
        Column("opportunity_id", BigInteger),
        Column("last_error", Text),
        CheckConstraint("kind IN ('add', 'update')", name=op.f("ck_deliveries_kind")),
        CheckConstraint(
            "state IN ('queued', 'sending', 'delivered', 'unclear', 'failed', 'held')",
            name=op.f("ck_deliveries_state"),
        ),
    )
    op.create_index("ix_deliveries_enquiry_id", "deliveries", ["enquiry_id"])
    op.create_index("ix_deliveries_state_id", "deliveries", ["state", "id"])
    waiting = text("due_at IS NOT NULL")
    op.create_index(
        "ix_deliveries_due", "deliveries", ["due_at"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "attempts",
        Column("id", big_id, nullable=False, primary_key=True),
        Column(
            "delivery_id",
            big_id,
            ForeignKey("deliveries.id", name=op.f("fk_attempts_delivery_id")),
            nullable=False,
        ),
        Column("action", String(8), nullable=False),
        Column("started_at", moment, nullable=False),
        Column("finished_at", moment),
        Column("outcome", String(16)),
        Column("charged", Boolean),
        Column("request", document),
        Column("http_status", Integer),
        Column("specific_code", Integer),
        Column("message", Text),
    )
    op.create_index("ix_attempts_delivery_id", "attempts", ["delivery_id"])
