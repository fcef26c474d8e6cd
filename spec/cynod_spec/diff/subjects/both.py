"""The two documents under comparison, and what every subject needs of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cynod_spec.diff.schemas import Schemas
from cynod_spec.diff.subjects.scheme_pairs import SecuritySchemes
from cynod_spec.model import Contract
from cynod_spec.source.node import Node


@dataclass(frozen=True, slots=True)
class Contracts:
    """Both documents as contracts: what ``x-cynod`` says."""

    old: Contract
    new: Contract


@dataclass(frozen=True, slots=True)
class Documents:
    """Both documents; ``contracts`` is None unless both have the vocabulary."""

    old: Node
    new: Node
    contracts: Contracts | None
    schemas: Schemas
    security: SecuritySchemes
    today: date  # what was announced for a day before it is due


def both_members(old: Node | None, new: Node | None) -> dict[str, tuple[Node | None, Node | None]]:
    """Name → that member on both sides, references followed; the old document's order, then the new one's."""
    before = {name: node.resolved() for name, node in old.members()} if old else {}
    after = {name: node.resolved() for name, node in new.members()} if new else {}
    return {name: (before.get(name), after.get(name)) for name in {**before, **after}}


def is_true(node: Node, key: str) -> bool:
    """Whether the member *key* is ``true``."""
    member = node.get(key)
    return member is not None and member.value is True
