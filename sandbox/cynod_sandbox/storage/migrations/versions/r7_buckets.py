"""What is left of each partner's quota."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r7"
down_revision = "r6"


def upgrade() -> None:
    """Workers count a partner's requests together."""
    op.create_table(
        "buckets",
        sa.Column("partner", sa.String(64), primary_key=True),
        sa.Column("remaining", sa.Float, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
