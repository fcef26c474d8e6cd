"""What several schema objects say of one and the same value: references followed, ``allOf`` merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cynod_spec.node import Node

Nodes = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """The schema objects that hold at once for a value; ``home`` is where to point for what none says."""

    nodes: Nodes
    home: Node
    keywords: Mapping[str, Nodes]

    def every(self, keyword: str) -> Nodes:
        """Each place where *keyword* stands."""
        return self.keywords.get(keyword, ())

    def first(self, keyword: str) -> Node | None:
        """The first place where *keyword* stands, or None."""
        return next(iter(self.every(keyword)), None)

    def place(self, *keywords: str) -> Node:
        """The first place where one of *keywords* stands, else its home."""
        return next((node for keyword in keywords for node in self.every(keyword)), self.home)

    def says(self, keyword: str) -> bool:
        """Whether *keyword* is true in one of its schema objects."""
        return any(node.value is True for node in self.every(keyword))

    def is_written_as(self, other: Shape) -> bool:
        """Whether *other* says the same in the same words, what both refer to aside."""
        return [node.value for node in self.nodes] == [node.value for node in other.nodes]

    @property
    def is_impossible(self) -> bool:
        """Whether one of its schemas is ``false``."""
        return any(node.value is False for node in self.nodes)


def shape(nodes: Nodes, *, enveloped: bool) -> Shape:
    """The shape that *nodes*, at least one, describe.

    With *enveloped*, the bases of envelopes and the internal codes are left out: they have rules of their
    own.
    """
    found: list[Node] = []
    waiting = list(nodes)
    seen: set[tuple[str, ...]] = set()
    while waiting:
        node = waiting.pop(0)
        if node.tokens in seen or (enveloped and has_own_rules(node)):
            continue
        seen.add(node.tokens)
        if isinstance(node.value, bool):
            found.append(node)
        if not isinstance(node.value, dict):
            continue
        if isinstance(node.value.get("$ref"), str):
            waiting.append(node.referred())
            if is_3_0(node):
                continue
        found.append(node)
        waiting.extend(node.items("allOf"))
    keywords: dict[str, Nodes] = {}
    for node in found:
        for keyword, below in node.members() if isinstance(node.value, dict) else ():
            keywords[keyword] = (*keywords.get(keyword, ()), below)
    return Shape(tuple(found), home(nodes[0]), keywords)


def home(node: Node) -> Node:
    """The schema that *node* stands for: itself, or what it does nothing but refer to."""
    while isinstance(node.value, dict) and set(node.value) == {"$ref"}:
        node = node.referred()
    return node


def has_own_rules(node: Node) -> bool:
    """Whether *node* is the base of an envelope or an internal code."""
    if not isinstance(node.value, dict):
        return False
    return node.extension("envelope") is not None or node.extension("code") is not None


def is_3_0(node: Node) -> bool:
    """Whether the document of *node* is OpenAPI 3.0."""
    return str(node.source.value.get("openapi", "")).startswith("3.0")
