"""Clauses: the promises of the contract, in the document's ``x-cynod``."""

from __future__ import annotations

from typing import get_args

from cynod_spec.model import Clause, Layer, Level, Text, Tier
from cynod_spec.source.node import Node


def read_clauses(promises: Node) -> tuple[Clause, ...]:
    """Every clause, in the document's order."""
    return tuple(_clause(id, node) for id, node in promises.members("clauses"))


def _clause(id: str, node: Node) -> Clause:
    level = node.need("level").one_of(get_args(Level))
    layer = node.need("layer").one_of(get_args(Layer))
    tier = node.need("tier").one_of(get_args(Tier))
    source = node.get("source")
    return Clause(
        id=id,
        level=next(known for known in get_args(Level) if known == level),
        layer=next(known for known in get_args(Layer) if known == layer),
        tier=next(known for known in get_args(Tier) if known == tier),
        source=source.string() if source else "",
        text=node.need("text").words(),
        unchecked=unchecked.words() if (unchecked := node.get("unchecked")) else Text(""),
        at=node.at,
    )
