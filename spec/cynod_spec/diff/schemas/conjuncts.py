"""The schema objects that hold at once for a value: by reference, by ``allOf``, by a choice of one.

It takes the steps of ``schema.composition`` and goes further: a choice of one is no choice, boolean schemas
count, and each object keeps the one it stands in, for what ``unevaluatedProperties`` sees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cynod_spec.diff.schemas.shape import Nodes, Rest, has_own_rules, home, is_3_0
from cynod_spec.schema.composition import joined_nodes
from cynod_spec.source.node import Node


@dataclass(frozen=True, slots=True)
class Conjunct:
    """A schema object, or a boolean schema, and the index of the one that it stands in or is referred by."""

    node: Node
    above: int | None


def conjuncts(nodes: Nodes, *, enveloped: bool) -> list[Conjunct]:
    """All that *nodes* lead to without a choice.

    With *enveloped*, the bases of envelopes and the internal codes are left out: they have rules of their
    own.
    """
    found: list[Conjunct] = []
    waiting: list[tuple[Node, int | None]] = [(node, None) for node in nodes]
    seen: set[tuple[str, ...]] = set()
    while waiting:
        node, above = waiting.pop(0)
        if node.tokens in seen or (enveloped and has_own_rules(node)):
            continue
        seen.add(node.tokens)
        if not isinstance(node.value, dict | bool):
            continue
        if isinstance(node.value, bool):
            found.append(Conjunct(node, above))
            continue
        index: int | None = len(found)
        if isinstance(node.value.get("$ref"), str) and is_3_0(node):
            index = above  # what stands beside a reference counts for nothing in OpenAPI 3.0
        else:
            found.append(Conjunct(node, above))
        waiting.extend((below, index) for below in _joined(node))
    return found


def _joined(node: Node) -> Iterator[Node]:
    """The schemas that hold wherever *node* does."""
    ignores_siblings = is_3_0(node)
    yield from joined_nodes(node, ignores_siblings=ignores_siblings)
    if ignores_siblings and isinstance(node.value.get("$ref"), str):
        return
    for keyword in ("oneOf", "anyOf"):
        branches = list(node.items(keyword))
        if len(branches) == 1 and not has_own_rules(home(branches[0])):
            yield branches[0]


def rests(found: Sequence[Conjunct]) -> Iterator[Rest]:
    """What each of *found* says of members that it does not describe.

    ``additionalProperties`` sees the members of its own schema object, ``unevaluatedProperties`` also those
    of all that stands within it; a branch of a choice counts as if it always matched.
    """
    for index, conjunct in enumerate(found):
        own = conjunct.node.get("additionalProperties") if isinstance(conjunct.node.value, dict) else None
        if own is not None and not says_nothing(own):
            yield Rest(own, (conjunct.node,))
        strict = conjunct.node.get("unevaluatedProperties") if isinstance(conjunct.node.value, dict) else None
        if strict is None or own is not None or says_nothing(strict):
            continue
        inside = tuple(_within(found, index))
        if not any("additionalProperties" in node.value for node in inside):
            yield Rest(strict, inside)


def _within(found: Sequence[Conjunct], index: int) -> Iterator[Node]:
    """The schema objects of *found* in that at *index*, and those of their branches."""
    inside = {index}
    for place, conjunct in enumerate(found):
        if place in inside or conjunct.above in inside:
            inside.add(place)
            if isinstance(conjunct.node.value, dict):
                yield conjunct.node
                yield from _branches(conjunct.node)


def _branches(node: Node) -> Iterator[Node]:
    """The schema objects that a choice or a condition of *node* may add."""
    seen: set[tuple[str, ...]] = set()
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if here.tokens in seen or not isinstance(here.value, dict):
            continue
        seen.add(here.tokens)
        if here is not node:
            yield here
            waiting.extend(joined_nodes(here))
        waiting.extend(below for keyword in ("oneOf", "anyOf") for below in here.items(keyword))
        waiting.extend(below for key in ("if", "then", "else") if (below := here.get(key)) is not None)
        waiting.extend(below for _, below in here.members("dependentSchemas"))


def says_nothing(node: Node) -> bool:
    """Whether the schema *node* is ``true``, or has nothing but words and examples."""
    if isinstance(node.value, dict):
        return not saying(node.value)
    return node.value is True


def saying(schema: Mapping[str, object]) -> set[str]:
    """The keywords of *schema* that are more than words and examples."""
    return {key for key in schema if key not in _WORDS and not key.startswith("x-")}


_WORDS = frozenset(
    (
        *("title", "description", "default", "example", "examples", "deprecated"),
        *("$comment", "externalDocs", "xml", "$anchor", "$id"),
    )
)
