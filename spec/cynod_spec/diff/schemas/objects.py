"""What a shape says of the members of an object, each schema object of it asked."""

from __future__ import annotations

import functools

from cynod_spec.diff.schemas.conjuncts import says_nothing
from cynod_spec.diff.schemas.shape import Nodes, SchemaShape
from cynod_spec.source.node import Node


def required(shape: SchemaShape) -> dict[str, Node]:
    """Name → where it is required."""
    return {
        str(item.value): item
        for place in shape.every("required")
        if isinstance(place.value, list)
        for item in place.items()
    }


def described(shape: SchemaShape) -> dict[str, Nodes]:
    """Name → every schema of that member, none for a member that is only required.

    A member that is refused is left out, unless it is required.
    """
    names = dict.fromkeys(name for node in shape.objects for name, _ in node.members("properties"))
    needed = required(shape)
    found = {name: applicable(shape, name) for name in {**names, **dict.fromkeys(needed)}}
    return {name: nodes for name, nodes in found.items() if name in needed or not is_false(nodes)}


def applicable(shape: SchemaShape, name: str) -> Nodes:
    """Every schema that holds for the member *name*: by its name, by a pattern, or as one of all others."""
    found: list[Node] = []
    for node in shape.objects:
        by_name = node.get("properties", name)
        if by_name is not None:
            found.append(by_name)
        found += [
            below for pattern, below in node.members("patternProperties") if is_named_like(pattern, name)
        ]
    found += [
        rest.node for rest in shape.rests if not any(_describes(node, name) for node in rest.describing)
    ]
    return tuple(found)


def is_refused(shape: SchemaShape, name: str) -> bool:
    """Whether an object that has the member *name* is refused."""
    return is_false(applicable(shape, name))


def refusing(shape: SchemaShape) -> Node | None:
    """Where *shape* refuses members that it does not describe."""
    return next((rest.node for rest in shape.rests if rest.node.value is False), None)


def others(shape: SchemaShape) -> Nodes:
    """The schemas of all members that are not described."""
    return tuple(rest.node for rest in shape.rests if isinstance(rest.node.value, dict))


def patterns(shape: SchemaShape) -> dict[str, Nodes]:
    """Pattern → every schema of members named like it; left out where all others are refused with them."""
    names = dict.fromkeys(name for node in shape.objects for name, _ in node.members("patternProperties"))
    found = {name: of_pattern(shape, name) for name in names}
    if refusing(shape) is None:
        return found
    return {name: nodes for name, nodes in found.items() if not is_false(nodes)}


def is_false(nodes: Nodes) -> bool:
    """Whether one of *nodes* refuses every value."""
    return any(node.value is False for node in nodes)


def of_pattern(shape: SchemaShape, pattern: str) -> Nodes:
    """Every schema that holds for members named like *pattern*, which nothing else describes."""
    stated = [node.get("patternProperties", pattern) for node in shape.objects]
    found = [node for node in stated if node is not None and not says_nothing(node)]
    for rest in shape.rests:
        if all(node.get("patternProperties", pattern) is None for node in rest.describing):
            found.append(rest.node)
    return tuple(found)


def _describes(node: Node, name: str) -> bool:
    if node.get("properties", name) is not None:
        return True
    return any(is_named_like(pattern, name) for pattern, _ in node.members("patternProperties"))


@functools.lru_cache(maxsize=4096)
def is_named_like(pattern: str, name: str) -> bool:
    """Whether *name* matches *pattern*; False for a pattern that is none."""
    import jsonschema_rs

    try:
        return bool(jsonschema_rs.is_valid({"pattern": pattern}, name))
    except (jsonschema_rs.ValidationError, ValueError):
        return False
