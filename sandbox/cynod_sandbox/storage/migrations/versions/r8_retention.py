"""Idempotency keys by age, so that those past their retention are found."""

from __future__ import annotations

from alembic import op

revision = "r8"
down_revision = "r7"


def upgrade() -> None:
    """An index on the instant of the effect."""
    op.create_index("ix_effects_created", "effects", ["created"])
