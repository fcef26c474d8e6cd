"""What several schema objects say of one and the same value, in the normal form that the diff compares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cynod_spec.source.node import Node

Nodes = tuple[Node, ...]
Types = frozenset[str]  # "integer" stands beside "number" wherever all numbers are admitted

ALL_TYPES: Final[Types] = frozenset(("null", "boolean", "integer", "number", "string", "array", "object"))


@dataclass(frozen=True, slots=True)
class Union:
    """Branches of a ``oneOf`` or ``anyOf``: each value of one of ``types`` (None: any) matches at least one.

    ``exclusive``: values that match two of them are refused, and as far as the schemas tell there are such.
    """

    place: Node
    branches: Nodes
    types: Types | None
    exclusive: bool


@dataclass(frozen=True, slots=True)
class Rest:
    """``node``: the schema of each member that none of ``describing`` describes."""

    node: Node
    describing: Nodes


@dataclass(frozen=True, slots=True)
class SchemaShape:
    """The schema objects that hold at once for a value; ``home`` is where to point for what none says.

    ``types`` and ``listed`` (canonical text of a value → its place) are all that it admits, None for no
    limit. ``keywords`` are the places of each keyword, those that cannot refuse a value left out.
    ``objects`` are the schema objects that describe members, ``arrays`` those that describe items.
    """

    nodes: Nodes
    home: Node
    keywords: Mapping[str, Nodes]
    types: Types | None
    listed: Mapping[str, Node] | None
    unions: tuple[Union, ...]
    objects: Nodes
    rests: tuple[Rest, ...]
    arrays: Nodes
    is_impossible: bool  # no value is admitted

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

    def texts(self, keyword: str) -> frozenset[str]:
        """Every value of *keyword*."""
        return frozenset(str(node.value) for node in self.every(keyword))

    def holder(self, member: Node) -> Node:
        """The schema object in which *member*, one of its keywords, stands."""
        return next(node for node in self.nodes if node.tokens == member.tokens[:-1])


def home(node: Node) -> Node:
    """The schema that *node* stands for: itself, or what it does nothing but refer to."""
    seen: set[tuple[str, ...]] = set()
    while isinstance(node.value, dict) and set(node.value) == {"$ref"} and node.tokens not in seen:
        seen.add(node.tokens)
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
