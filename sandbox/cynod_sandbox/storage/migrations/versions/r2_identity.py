"""Partners, their secrets, tokens and failed logins; what is decided once for a database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r2"
down_revision = "r1"


def upgrade() -> None:
    """Five new tables, and an index of the cards opened to a partner."""
    op.create_table(
        "partners",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(140), nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("basic", sa.Boolean, nullable=False),
        sa.Column("suspended", sa.Boolean, nullable=False),
        sa.Column("allowed_ips", sa.JSON, nullable=False),
    )
    op.create_table(
        "partner_secrets",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        _owner(),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=True),
    )
    op.create_table(
        "tokens",
        sa.Column("digest", sa.String(64), primary_key=True),
        _owner(),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("lifetime", sa.Integer, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False, index=True),
        sa.Column("revoked", sa.Boolean, nullable=False),
    )
    op.create_table(
        "failed_logins",
        sa.Column("caller", sa.String(64), primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False, index=True),
        sa.Column("failures", sa.Integer, nullable=False),
    )
    op.create_table(
        "kept",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
    )
    op.create_index("ix_openings_partner", "openings", ["partner"])


def _owner() -> sa.Column[str]:
    key = sa.ForeignKey("partners.key", ondelete="CASCADE")
    return sa.Column("partner", sa.String(64), key, nullable=False, index=True)
