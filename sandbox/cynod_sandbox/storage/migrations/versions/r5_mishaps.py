"""What goes wrong with the delivery of an event, where a switch asked for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r5"
down_revision = "r4"


def upgrade() -> None:
    """Events may have a mishap."""
    op.add_column("events", sa.Column("mishap", sa.String(16), nullable=True))
