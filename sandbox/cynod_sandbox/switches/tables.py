"""Switches set until further notice: for a partner, by the console; for a card, by the seed."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from ..storage.tables import metadata

partner_switches = Table(
    "partner_switches",
    metadata,
    Column("partner", String(64), primary_key=True),
    Column("wishes", String(500), nullable=False),
    Column("left", Integer, nullable=True),  # calls that it still acts on; null: until taken off
)

card_switches = Table(
    "card_switches",
    metadata,
    Column("card", String(64), primary_key=True),
    Column("wishes", String(500), nullable=False),
)
