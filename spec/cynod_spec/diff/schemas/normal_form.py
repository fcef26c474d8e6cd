"""The normal form of schemas: spellings that admit the same values give the same shape, with its places.

``nullable``, ``type: [T, null]`` and a choice with null are one; so are ``const``, ``enum`` and a choice
between values, a choice of one and what it holds, and a default whether it is written down or not. ``allOf``
and references are followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from cynod_spec.diff.schemas.conjuncts import conjuncts, rests
from cynod_spec.diff.schemas.json_values import canonical
from cynod_spec.diff.schemas.listed_values import type_of, without_decided
from cynod_spec.diff.schemas.numbers import step
from cynod_spec.diff.schemas.relevance import excluded, keywords_of, relevant
from cynod_spec.diff.schemas.shape import ALL_TYPES, Nodes, SchemaShape, Types, Union, home, is_3_0
from cynod_spec.diff.schemas.unions import VALUES_OF_TYPE, Choice, choices, concerning
from cynod_spec.source.node import Node

Listed = dict[str, Node]
_Key = tuple[int, tuple[tuple[str, ...], ...], Types | None]


class NormalForms:
    """The shapes of the schemas of two documents, each made once.

    With *enveloped*, the bases of envelopes and the internal codes are left out: they have rules of their
    own. With *upgraded*, one document is OpenAPI 3.0 and the other is not: what 3.0 says of octets is then
    what 3.1 leaves to the media type.
    """

    def __init__(self, *, enveloped: bool, upgraded: bool = False) -> None:
        self._enveloped = enveloped
        self._upgraded = upgraded
        self._known: dict[_Key, SchemaShape] = {}
        self._open: set[_Key] = set()

    def of(self, nodes: Nodes, within: Types | None = None) -> SchemaShape:
        """What *nodes*, at least one, say together of values of the types *within* (None: of any)."""
        key = (id(nodes[0].source), tuple(node.tokens for node in nodes), within)
        known = self._known.get(key)
        if known is not None:
            return known
        if key in self._open:  # a choice that holds itself: nothing more is known of it here
            return SchemaShape(nodes, home(nodes[0]), {"not": nodes}, within, None, (), (), (), (), False)
        self._open.add(key)
        try:
            made = self._known[key] = self._made(nodes, within)
        finally:
            self._open.discard(key)
        return made

    def _made(self, nodes: Nodes, within: Types | None) -> SchemaShape:
        found = conjuncts(nodes, enveloped=self._enveloped)
        own = tuple(_octets(each.node) if self._upgraded else each.node for each in found)
        types, listed, made = self._chosen(own, _stated_types(own, within))
        joined = [shape for choice in made for shape in choice.joined]
        has_objects = types is None or "object" in types
        has_arrays = types is None or "array" in types
        mappings = _mappings(own)
        shape = SchemaShape(
            nodes=(*own, *(node for each in joined for node in each.nodes)),
            home=home(nodes[0]),
            keywords=relevant(_together(own, joined), types),
            types=types,
            listed=listed,
            unions=_unions(made, types),
            objects=_and(mappings, (each.objects for each in joined)) if has_objects else (),
            rests=_and(rests(found), (each.rests for each in joined)) if has_objects else (),
            arrays=_and(mappings, (each.arrays for each in joined)) if has_arrays else (),
            is_impossible=_is_impossible(own, types, listed, made),
        )
        return without_decided(_whole_numbers(shape), within)

    def _chosen(self, own: Nodes, stated: Types | None) -> tuple[Types | None, Listed | None, list[Choice]]:
        """The types and values that the choices of *own* leave of the types *stated*, and those choices.

        Choices are looked at again while one of them excludes a type of another.
        """
        while True:
            made = list(choices(own, stated, self.of))
            types = stated
            for choice in made:
                types = _both(types, choice.types)
            types, listed = _fitting(None if types == ALL_TYPES else types, _listed(own, made))
            if types == stated or not made:
                return types, listed, made
            stated = types


T = TypeVar("T")
_BINARY: Final = "binary"  # the format that OpenAPI 3.0 has for any octets


def _octets(node: Node) -> Node:
    """*node* without the type and format by which OpenAPI 3.0 says that its value is any octets."""
    if not (isinstance(node.value, dict) and is_3_0(node) and node.value.get("format") == _BINARY):
        return node
    left = {key: member for key, member in node.value.items() if key not in ("type", "format")}
    return replace(node, value=left)


def _and(own: Iterable[T], others: Iterable[Iterable[T]]) -> tuple[T, ...]:
    return (*own, *(each for other in others for each in other))


def _mappings(nodes: Iterable[Node]) -> Nodes:
    return tuple(node for node in nodes if isinstance(node.value, dict))


def _stated_types(nodes: Nodes, within: Types | None) -> Types | None:
    """The types that each ``type`` of *nodes* admits, of those *within*."""
    types = within
    for node in nodes:
        if not isinstance(node.value, dict):
            continue
        refused = node.get("not")
        left = excluded(refused) if refused is not None else None
        if left is not None:
            types = _both(types, ALL_TYPES - left)
        if "type" in node.value:
            stated = node.value["type"]
            names = set(map(str, stated)) if isinstance(stated, list) else {str(stated)}
            if is_3_0(node) and node.value.get("nullable") is True:
                names.add("null")
            if "number" in names:
                names.add("integer")
            types = _both(types, frozenset(names))
    return None if types == ALL_TYPES else types


def _both(one: Types | None, other: Types | None) -> Types | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _listed(nodes: Nodes, made: Sequence[Choice]) -> Listed | None:
    """Canonical value → its place, for what every list of *nodes* and of their choices admits."""
    lists = [dict(choice.listed) for choice in made if choice.listed is not None]
    for node in _mappings(nodes):
        enum, const = node.get("enum"), node.get("const")
        if enum is not None and isinstance(enum.value, list):
            lists.append({canonical(item.value): item for item in enum.items()})
        if const is not None:
            lists.append({canonical(const.value): const})
    if not lists:
        return None
    first, *others = lists
    return {text: node for text, node in first.items() if all(text in other for other in others)}


def _fitting(types: Types | None, listed: Listed | None) -> tuple[Types | None, Listed | None]:
    """Both without what the other excludes; no list when it holds all values of its types."""
    if listed is None:
        return types, None
    of_values = {text: type_of(text) for text in listed}
    kept = {text: node for text, node in listed.items() if types is None or of_values[text] in types}
    left = frozenset(of_values[text] for text in kept)
    if (
        left
        and left <= VALUES_OF_TYPE.keys()
        and kept.keys() == {text for kind in left for text in VALUES_OF_TYPE[kind]}
    ):
        return left, None
    return left, kept


def _together(own: Nodes, joined: Sequence[SchemaShape]) -> dict[str, Nodes]:
    found = dict(keywords_of(own))
    for shape in joined:
        for keyword, places in shape.keywords.items():
            known = {node.tokens for node in found.get(keyword, ())}
            more = tuple(node for node in places if node.tokens not in known)
            found[keyword] = (*found.get(keyword, ()), *more)
    return found


def _unions(made: Sequence[Choice], types: Types | None) -> tuple[Union, ...]:
    """The unions that stay, those within a joined branch too, for values of *types*."""
    found = [concerning(union, types) for choice in made for union in choice.unions]
    for choice in made:
        for shape in choice.joined:
            found += [concerning(union, _both(shape.types, types)) for union in shape.unions]
    return tuple(union for union in found if union is not None)


def _is_impossible(nodes: Nodes, types: Types | None, listed: Listed | None, made: Sequence[Choice]) -> bool:
    """Whether no value is left; also for ``not`` beside a schema that refuses nothing."""
    if types == frozenset() or listed == {}:
        return True
    if any(choice.types == frozenset() for choice in made):
        return True
    return any(
        node.value is False or (isinstance(node.value, dict) and node.value.get("not") in ({}, True))
        for node in nodes
    )


def _whole_numbers(shape: SchemaShape) -> SchemaShape:
    """*shape* with the type integer for number, where all its numbers are multiples of 1."""
    if shape.types is None or "number" not in shape.types:
        return shape
    size = step(shape)
    if size is None or size.denominator != 1 or size != 1:
        return shape
    return replace(shape, types=shape.types - {"number"})
