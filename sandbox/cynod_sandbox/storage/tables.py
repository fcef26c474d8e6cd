"""The tables. Amounts are minor units; instants are microseconds since the epoch, in UTC."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

cards = Table(
    "cards",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), unique=True, nullable=False),
    Column("number", String(19), unique=True, nullable=False),
    Column("holder", String(140), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("blocked", Boolean, nullable=False),
    Column("expiry", String(10), nullable=False),
    Column("issuer", String(64), nullable=False),
    Column("created", BigInteger, nullable=False),
)

openings = Table(
    "openings",
    metadata,
    Column("card", ForeignKey("cards.id"), primary_key=True),
    Column("partner", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("card", ForeignKey("cards.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("partner", String(64), nullable=False),
    Column("operation", String(64), nullable=True),
    Column("reference", String(64), nullable=True),
    Column("created", BigInteger, nullable=False),
)

top_ups = Table(
    "top_ups",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), unique=True, nullable=False),
    Column("card", ForeignKey("cards.id"), nullable=False),
    Column("partner", String(64), nullable=False, index=True),
    Column("reference", String(64), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("label", String(140), nullable=True),
    Column("state", String(16), nullable=False),
    Column("created", BigInteger, nullable=False),
)

effects = Table(
    "effects",
    metadata,
    Column("partner", String(64), primary_key=True),
    Column("operation", String(64), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("data", JSON, nullable=False),
    Column("location", JSON, nullable=False),
    Column("created", BigInteger, nullable=False),
)

payments = Table(
    "payments",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), unique=True, nullable=False),
    Column("card", ForeignKey("cards.id"), nullable=False),
    Column("partner", String(64), nullable=False, index=True),
    Column("reference", String(64), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("label", String(140), nullable=True),
    Column("created", BigInteger, nullable=False),
)

refunds = Table(
    "refunds",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), unique=True, nullable=False),
    Column("payment", ForeignKey("payments.id"), nullable=False, index=True),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("label", String(140), nullable=True),
    Column("created", BigInteger, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), unique=True, nullable=False),
    Column("partner", String(64), nullable=False),
    Column("resource", String(64), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("lease", BigInteger, nullable=False),
    Index("events_due", "state", "due"),
    Index("events_of_subject", "subject", "seq"),
)
