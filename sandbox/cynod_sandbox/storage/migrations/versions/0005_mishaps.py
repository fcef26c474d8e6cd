"""What goes wrong with the delivery of an event, where a switch asked for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Events may have a mishap."""
    op.add_column("events", sa.Column("mishap", sa.String(16), nullable=True))
