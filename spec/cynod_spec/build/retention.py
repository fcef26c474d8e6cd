"""How long the application remembers: ``retention`` in the document's ``x-cynod``."""

from __future__ import annotations

from cynod_spec.model import Retention
from cynod_spec.source.node import Node


def read_retention(promises: Node) -> Retention:
    """What the document says of it."""
    return Retention(_seconds(promises, "idempotency-keys"), _seconds(promises, "ended-tokens"))


def _seconds(promises: Node, name: str) -> int | None:
    node = promises.get("retention", name)
    return node.integer() if node is not None else None
