"""What a shape says of the items of a list at a given place, each schema object of it asked."""

from __future__ import annotations

from cynod_spec.diff.schemas.conjuncts import says_nothing
from cynod_spec.diff.schemas.shape import Nodes, SchemaShape


def placed(shape: SchemaShape) -> int:
    """How many items have schemas by their place."""
    return max((len(list(node.items())) for node in shape.every("prefixItems")), default=0)


def at_place(shape: SchemaShape, index: int) -> Nodes:
    """Every schema of the item at *index* that says something."""
    found = []
    for node in shape.arrays:
        listed = list(node.items("prefixItems"))
        stated = listed[index] if index < len(listed) else node.get("items")
        if stated is not None and not says_nothing(stated):
            found.append(stated)
    return tuple(found)
