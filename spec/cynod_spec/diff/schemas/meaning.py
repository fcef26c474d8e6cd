"""What schemas constrain, as text: equal for schemas that admit the same for the same reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from cynod_spec.node import Node

FOLLOWED: Final = 8  # references one inside the other; a deeper one is known by its name
_SAYS_NOTHING: Final = frozenset(
    ("title", "description", "example", "examples", "deprecated", "$comment", "externalDocs", "xml", "$ref")
)
_LITERAL: Final = ("const", "default", "enum")


class Meanings:
    """The meanings of the schemas of two documents, each reference followed once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, tuple[str, ...], int], Any] = {}

    def of(self, nodes: Iterable[Node]) -> str:
        """What *nodes* constrain together, annotations and extensions aside."""
        return canonical([self._expanded(node, FOLLOWED) for node in nodes])

    def _expanded(self, node: Node, left: int) -> Any:
        """A mapping as a short text, the same whether it stands there or is referred to."""
        value = node.value
        if isinstance(value, list):
            return [self._expanded(item, left) for item in node.items()]
        if not isinstance(value, dict):
            return value
        said = dict(self._members(node, left))
        if isinstance(value.get("$ref"), str):
            target = self._followed(node.referred(), left)
            if not said:
                return target
            said["$ref"] = target
        return hashlib.sha256(canonical(said).encode()).hexdigest()

    def _followed(self, node: Node, left: int) -> Any:
        if left == 0:
            return node.name
        key = (id(node.source), node.tokens, left)
        if key not in self._known:
            self._known[key] = self._expanded(node, left - 1)
        return self._known[key]

    def _members(self, node: Node, left: int) -> Iterator[tuple[str, Any]]:
        for key, below in node.members():
            if key in _LITERAL:
                yield key, below.value
            elif key not in _SAYS_NOTHING and not key.startswith("x-"):
                yield key, self._expanded(below, left)


def canonical(value: Any) -> str:
    """*value* as JSON that is the same for equal values: 1.0 is 1, and the order of members is nothing."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
