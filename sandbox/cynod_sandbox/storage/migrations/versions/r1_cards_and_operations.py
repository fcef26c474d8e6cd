"""Cards, their entries, and the operations that moved money."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "r1"
down_revision = None


def upgrade() -> None:
    """The tables as they were before databases kept their revision."""
    op.create_table(
        "cards",
        _seq(),
        sa.Column("id", sa.String(64), unique=True, nullable=False),
        sa.Column("number", sa.String(19), unique=True, nullable=False),
        sa.Column("holder", sa.String(140), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("blocked", sa.Boolean, nullable=False),
        sa.Column("expiry", sa.String(10), nullable=False),
        sa.Column("issuer", sa.String(64), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "openings",
        sa.Column("card", sa.String(64), sa.ForeignKey("cards.id"), primary_key=True),
        sa.Column("partner", sa.String(64), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_table(
        "entries",
        _seq(),
        sa.Column("card", sa.String(64), sa.ForeignKey("cards.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("operation", sa.String(64), nullable=True),
        sa.Column("reference", sa.String(64), nullable=True),
        sa.Column("created", sa.BigInteger, nullable=False),
    )
    op.create_table("top_ups", *_moved(), sa.Column("state", sa.String(16), nullable=False), _created())
    op.create_table(
        "effects",
        sa.Column("partner", sa.String(64), primary_key=True),
        sa.Column("operation", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(128), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("location", sa.JSON, nullable=False),
        _created(),
    )
    op.create_table("payments", *_moved(), _created())
    op.create_table(
        "refunds",
        _seq(),
        sa.Column("id", sa.String(64), unique=True, nullable=False),
        sa.Column("payment", sa.String(64), sa.ForeignKey("payments.id"), nullable=False, index=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("label", sa.String(140), nullable=True),
        _created(),
    )


def _seq() -> sa.Column[int]:
    return sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True)


def _created() -> sa.Column[int]:
    return sa.Column("created", sa.BigInteger, nullable=False)


def _moved() -> list[sa.Column[Any]]:
    """The columns that top-ups and payments share."""
    return [
        _seq(),
        sa.Column("id", sa.String(64), unique=True, nullable=False),
        sa.Column("card", sa.String(64), sa.ForeignKey("cards.id"), nullable=False),
        sa.Column("partner", sa.String(64), nullable=False, index=True),
        sa.Column("reference", sa.String(64), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("label", sa.String(140), nullable=True),
    ]
