"""Alembic's environment: runs on the connection that ``upgrade`` hands over, in its transaction."""

from alembic import context

from webapp.outbox.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
