"""Alembic's environment: runs on the connection that ``upgrade`` hands over, in its transaction."""

from alembic import context

from webapp.outbox.indexes import SCHEMA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SCHEMA,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
