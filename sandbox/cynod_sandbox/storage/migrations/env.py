"""What Alembic runs: revisions on the connection, and in the transaction, that ``upgrade`` hands over."""

from __future__ import annotations

from alembic import context

from cynod_sandbox.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the transaction is the caller's
)
context.run_migrations()
