"""What the last attempt to deliver an event came to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r10"
down_revision = "r9"


def upgrade() -> None:
    """A column for the status, or the reason, of the last attempt."""
    op.add_column("events", sa.Column("answer", sa.String(200), nullable=True))
