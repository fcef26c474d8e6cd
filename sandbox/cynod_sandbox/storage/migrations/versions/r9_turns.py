"""Events by partner, so that each has its turn; when an event was settled, so that it can be purged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r9"
down_revision = "r8"


def upgrade() -> None:
    """Indexes for turns, and the instant at which an event was delivered or abandoned."""
    op.add_column("events", sa.Column("settled", sa.BigInteger, nullable=True))
    # Its last attempt was due then, or a little earlier than it ended.
    op.execute("UPDATE events SET settled = due WHERE state <> 'waiting'")
    op.drop_index("events_due", "events")
    op.drop_index("events_of_subject", "events")
    op.create_index("events_due", "events", ["state", "partner", "due", "seq"])
    op.create_index("events_tried", "events", ["state", "partner", "attempts", "due", "seq"])
    op.create_index("events_under_way", "events", ["lease", "partner"])
    op.create_index("events_of_subject", "events", ["subject", "state", "seq"])
    op.create_index("ix_events_settled", "events", ["settled"])
