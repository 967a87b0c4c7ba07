"""Amendments: what a visitor changed afterwards, each forwarded by a delivery of its own."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, DateTime, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

big_id = BigInteger().with_variant(Integer, "sqlite")
document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "amendments",
        Column("id", big_id, primary_key=True),
        Column(
            "enquiry_id",
            big_id,
            ForeignKey("enquiries.id", name=op.f("fk_amendments_enquiry_id_enquiries")),
            nullable=False,
        ),
        Column("received_at", DateTime(timezone=True), nullable=False),
        Column("submission_key", String(64), nullable=False),
        Column("content_digest", String(64), nullable=False),
        Column("content", document, nullable=False),
        UniqueConstraint(
            "submission_key", "content_digest", name=op.f("uq_amendments_submission_key_content_digest")
        ),
    )
    op.create_index(op.f("ix_amendments_enquiry_id"), "amendments", ["enquiry_id"])
    # In SQL, since Alembic adds no constraint to a table of SQLite; that of a new column both engines take.
    holds = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE deliveries ADD COLUMN amendment_id {holds} "
        "CONSTRAINT fk_deliveries_amendment_id_amendments REFERENCES amendments (id)"
    )
