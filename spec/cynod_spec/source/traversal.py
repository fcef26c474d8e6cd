"""One walk through a document for all rules: its mappings, and the schemas among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from cynod_spec.base.pointer import Tokens
from cynod_spec.source.node import Node
from cynod_spec.source.object_kinds import SECTIONS
from cynod_spec.source.schema_keywords import HOLDING, LITERAL

_NAMED: Final = {
    *SECTIONS.values(),
    *("paths", "webhooks", "content"),
    *("additionalOperations", "encoding", "variables"),
}
"""Members that hold objects by name."""


@dataclass(frozen=True, slots=True)
class Traversal:
    """``mappings`` are the document's objects, ``schemas`` those that are JSON Schemas; each stands once.

    ``objects`` are the others: what OpenAPI and the vocabulary describe.
    """

    mappings: tuple[Node, ...]
    schemas: tuple[Node, ...]
    objects: tuple[Node, ...]


def traverse(root: Node) -> Traversal:
    """Every mapping below *root* that is no example, in the document's order."""
    mappings: list[Node] = []
    schemas: list[Node] = []
    objects: list[Node] = []
    seen: set[int] = set()
    waiting: list[tuple[Tokens, Any, str]] = [((), root.value, "object")]
    while waiting:
        tokens, value, kind = waiting.pop()
        if not isinstance(value, dict | list) or id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, list):
            below = {"schemas": "schema", "names": "object"}.get(kind, kind)
            waiting.extend(((*tokens, str(i)), value[i], below) for i in range(len(value) - 1, -1, -1))
            continue
        if kind in ("object", "schema"):
            node = Node(root.source, tokens, value)
            mappings.append(node)
            (schemas if kind == "schema" else objects).append(node)
        for key in reversed(value):
            following = _kind(kind, key, tokens)
            if following:
                waiting.append(((*tokens, key), value[key], following))
    return Traversal(tuple(mappings), tuple(schemas), tuple(objects))


def _kind(kind: str, key: str, tokens: Tokens) -> str:
    """What stands under *key* of a *kind*: an object, a schema, a mapping of either by name, or nothing."""
    if kind == "names":
        return "object"
    if kind == "schemas":
        return "schema"
    if kind == "schema":
        holding = HOLDING.get(key)
        if holding is None:
            return "object" if key == "x-cynod" else ""
        return "schema" if holding == "one" else "schemas"
    if key in LITERAL or (key.startswith("x-") and key not in ("x-cynod", "x-files")):
        return "names" if key == "examples" else ""
    if key in ("value", "dataValue") and tokens[-2:-1] == ("examples",):
        return ""
    if key in ("schema", "itemSchema"):
        return "schema"
    if key == "schemas" and tokens[-1:] == ("components",):
        return "schemas"
    return "names" if key in _NAMED else "object"
