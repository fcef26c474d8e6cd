"""The tables. Amounts are minor units; instants are microseconds since the epoch, in UTC.

What stands here is what ``migrations/`` leaves behind: a test compares the two.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
)

MAX_AMOUNT = 2**53 - 1  # minor units: the largest integer every JSON reader keeps exact
MAX_OUTCOME_CHARS = 200  # of the stored outcome of a delivery attempt

metadata = MetaData()


class Text(TypeDecorator[str]):
    """Text of bounded length, which may be compared with any text that a caller sent.

    PostgreSQL accepts no NUL character: it is replaced by U+FFFD, which no stored id holds.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: object) -> Any:
        """*value* as every database takes it."""
        return value.replace("\0", "\ufffd") if isinstance(value, str) else value


# Money

cards = Table(
    "cards",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text(64), unique=True, nullable=False),
    Column("number", Text(19), unique=True, nullable=False),
    Column("holder", Text(140), nullable=False),
    Column("currency", Text(3), nullable=False),
    Column("blocked", Boolean, nullable=False),
    Column("expiry", Text(10), nullable=False),
    Column("issuer", Text(64), nullable=False),
    Column("created", BigInteger, nullable=False),
)

card_grants = Table(
    "openings",
    metadata,
    Column("card", ForeignKey("cards.id"), primary_key=True),
    Column("partner", Text(64), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
)

# A card's entries are numbered 1, 2, 3…, and each holds the balance that it leaves. Two that were
# computed from the same balance have the same number, and the second cannot be written.
entries = Table(
    "entries",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("card", ForeignKey("cards.id"), nullable=False, index=True),
    Column("kind", Text(16), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("partner", Text(64), nullable=False),
    Column("operation", Text(64), nullable=True),
    Column("reference", Text(64), nullable=True),
    Column("created", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("balance", BigInteger, nullable=False),
    UniqueConstraint("card", "position", name="entries_follow_one_another"),
    CheckConstraint(f"balance BETWEEN 0 AND {MAX_AMOUNT}", name="balances_stay_in_bounds"),
)

top_ups = Table(
    "top_ups",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text(64), unique=True, nullable=False),
    Column("card", ForeignKey("cards.id"), nullable=False),
    Column("partner", Text(64), nullable=False, index=True),
    Column("reference", Text(64), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text(3), nullable=False),
    Column("label", Text(140), nullable=True),
    Column("state", Text(16), nullable=False),
    Column("created", BigInteger, nullable=False),
)

effects = Table(
    "effects",
    metadata,
    Column("partner", Text(64), primary_key=True),
    Column("operation", Text(64), primary_key=True),
    Column("key", Text(128), primary_key=True),
    Column("fingerprint", Text(64), nullable=False),
    Column("data", JSON, nullable=False),
    Column("location", JSON, nullable=False),
    Column("created", BigInteger, nullable=False, index=True),
)

payments = Table(
    "payments",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text(64), unique=True, nullable=False),
    Column("card", ForeignKey("cards.id"), nullable=False),
    Column("partner", Text(64), nullable=False, index=True),
    Column("reference", Text(64), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text(3), nullable=False),
    Column("label", Text(140), nullable=True),
    Column("created", BigInteger, nullable=False),
)

refunds = Table(
    "refunds",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text(64), unique=True, nullable=False),
    Column("payment", ForeignKey("payments.id"), nullable=False, index=True),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text(3), nullable=False),
    Column("label", Text(140), nullable=True),
    Column("created", BigInteger, nullable=False),
)

# Identity

partners = Table(
    "partners",
    metadata,
    Column("key", Text(64), primary_key=True),
    Column("name", Text(140), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("basic", Boolean, nullable=False),
    Column("suspended", Boolean, nullable=False),
    Column("allowed_ips", JSON, nullable=False),
    Column("quota", Integer, nullable=True),  # requests a minute; null: any number
)

# Secrets as scrypt keeps them; `ends` is when one is no longer taken, or null.
partner_secrets = Table(
    "partner_secrets",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("partner", ForeignKey("partners.key", ondelete="CASCADE"), nullable=False, index=True),
    Column("salt", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=True),
)

# What is left of each partner's quota, and when that was: all workers count together.
buckets = Table(
    "buckets",
    metadata,
    Column("partner", Text(64), primary_key=True),
    Column("remaining", Float, nullable=False),
    Column("since", BigInteger, nullable=False),
)

# Tokens by the digest of their text, never the text.
tokens = Table(
    "tokens",
    metadata,
    Column("digest", Text(64), primary_key=True),
    Column("partner", ForeignKey("partners.key", ondelete="CASCADE"), nullable=False, index=True),
    Column("scopes", JSON, nullable=False),
    Column("lifetime", Integer, nullable=False),
    Column("expires", BigInteger, nullable=False, index=True),
    Column("revoked", Boolean, nullable=False),
)

# Failed logins of a consumer key from an address, by a digest of both, since the window began.
failed_logins = Table(
    "failed_logins",
    metadata,
    Column("caller", Text(64), primary_key=True),
    Column("since", BigInteger, nullable=False, index=True),
    Column("failures", Integer, nullable=False),
)

# Webhooks

# Webhook endpoints of partners; the secret is in clear, because it signs.
endpoints = Table(
    "endpoints",
    metadata,
    Column("partner", ForeignKey("partners.key", ondelete="CASCADE"), primary_key=True),
    Column("url", Text(2048), nullable=False),
    Column("secret", Text(128), nullable=False),
)

# The outbox: `due` is when the next attempt may begin, `lease` until when one is under way, `settled` when
# the event was delivered or abandoned, null while it waits; `answer` is what the last attempt came to.
events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text(64), unique=True, nullable=False),
    Column("partner", Text(64), nullable=False),
    Column("resource", Text(64), nullable=False),
    Column("subject", Text(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("state", Text(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("lease", BigInteger, nullable=False),
    Column("mishap", Text(16), nullable=True),
    Column("settled", BigInteger, nullable=True, index=True),
    Column("answer", Text(MAX_OUTCOME_CHARS), nullable=True),
    Index("events_due", "state", "partner", "due", "seq"),
    Index("events_tried", "state", "partner", "attempts", "due", "seq"),
    Index("events_under_way", "lease", "partner"),
    Index("events_of_subject", "subject", "state", "seq"),
)

# Named values: the key of cursors, the seed's record, switches, trigger cards.
key_values = Table(
    "kept",
    metadata,
    Column("name", Text(64), primary_key=True),
    Column("value", JSON, nullable=False),
)
