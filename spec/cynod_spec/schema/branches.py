"""What a schema is composed of, and the subschemas that describe one member."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cynod_spec.source.node import Node

_ALWAYS = ("allOf",)
_PERHAPS = ("allOf", "oneOf", "anyOf")


def branches(node: Node, *, alternatives: bool = False) -> Iterator[Node]:
    """*node* and all that describes the same instance: what it refers to, its ``allOf``.

    With *alternatives*, its ``oneOf`` and ``anyOf`` as well.
    """
    seen: set[tuple[str, ...]] = set()
    waiting = [node]
    while waiting:
        node = waiting.pop(0)
        if node.tokens in seen or not isinstance(node.value, dict):
            continue
        seen.add(node.tokens)
        yield node
        if isinstance(node.value.get("$ref"), str):
            waiting.append(node.referred())
        for keyword in _PERHAPS if alternatives else _ALWAYS:
            waiting.extend(node.items(keyword))


def member(node: Node, path: Sequence[str], *, alternatives: bool = False) -> Iterator[Node]:
    """Every subschema of *node* that describes the member at *path*; ``*`` is any item of a list."""
    if not path:
        yield node
        return
    for branch in branches(node, alternatives=alternatives):
        below = branch.get("items") if path[0] == "*" else branch.get("properties", path[0])
        if below is not None:
            yield from member(below, path[1:], alternatives=alternatives)
