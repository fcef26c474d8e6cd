"""Entries that follow one another, each with the balance that it leaves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r3"
down_revision = "r2"

# The bounds of a balance in this revision, in minor units: 2**53 - 1 at most.
_BOUNDS = "balance BETWEEN 0 AND 9007199254740991"
_NUMBER = """
UPDATE entries SET position = numbered.position, balance = numbered.balance
FROM (
  SELECT seq AS entry, row_number() OVER so_far AS position, sum(amount) OVER so_far AS balance
  FROM entries WINDOW so_far AS (PARTITION BY card ORDER BY seq)
) AS numbered
WHERE numbered.entry = entries.seq
"""


def upgrade() -> None:
    """Number the entries of each card in the order in which they were written, and add them up."""
    op.add_column("entries", sa.Column("position", sa.Integer, nullable=True))
    op.add_column("entries", sa.Column("balance", sa.BigInteger, nullable=True))
    op.execute(_NUMBER)
    with op.batch_alter_table("entries") as entries:
        entries.alter_column("position", existing_type=sa.Integer, nullable=False)
        entries.alter_column("balance", existing_type=sa.BigInteger, nullable=False)
        entries.create_unique_constraint("entries_follow_one_another", ["card", "position"])
        entries.create_check_constraint("balances_stay_in_bounds", _BOUNDS)
