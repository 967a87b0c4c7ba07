"""The breaker; how long a delivery was tried; a request's date only while its fate is unknown."""

from alembic import op
from sqlalchemy import CheckConstraint, Column, DateTime, Integer, Text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

moment = DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "breaker",
        Column("id", Integer, nullable=False, primary_key=True, autoincrement=False),
        Column("failures", Integer, nullable=False),
        Column("opened_at", moment),
        Column("reason", Text),
        Column("probe_at", moment),
        Column("setbacks", Integer, nullable=False),
        Column("draining_since", moment),
        Column("let_go", Integer, nullable=False),
        CheckConstraint("id = 1", name=op.f("ck_breaker_single")),
    )
    op.execute("INSERT INTO breaker (id, failures, setbacks, let_go) VALUES (1, 0, 0, 0)")
    op.add_column("deliveries", Column("tried_since", moment))
    op.execute("UPDATE deliveries SET tried_since = queued_at WHERE attempts > 0")
    op.drop_column("deliveries", "queued_at")
    # A delivery that was given up may have arrived all the same.
    op.execute(
        "UPDATE deliveries SET request_date = NULL WHERE state IN ('held', 'queued', 'delivered') "
        "OR (state = 'failed' AND last_error NOT LIKE 'Gave up%')"
    )
