"""How many requests a minute each partner may send."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r6"
down_revision = "r5"


def upgrade() -> None:
    """Partners may have a quota of their own."""
    op.add_column("partners", sa.Column("quota", sa.Integer(), nullable=True))
