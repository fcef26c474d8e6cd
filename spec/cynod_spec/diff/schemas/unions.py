"""``oneOf`` and ``anyOf`` in normal form: values as a list, types that differ as one schema, else as is.

An alternative whose types no other alternative admits is no choice: keywords of JSON Schema concern one type
each, so it and the schema beside the choice are one. ``anyOf: [{type: string, minLength: 1}, {type: null}]``
thus becomes ``type: [string, null], minLength: 1``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cynod_spec.base.pointer import Tokens
from cynod_spec.diff.schemas.disjoint import all_disjoint
from cynod_spec.diff.schemas.relevance import ASSERTING, GENERIC_KEYWORDS
from cynod_spec.diff.schemas.shape import ALL_TYPES, Nodes, SchemaShape, Types, Union, has_own_rules, home
from cynod_spec.source.node import Node

NULL: Final[Types] = frozenset(("null",))
Former = Callable[[Nodes, Types | None], SchemaShape]
Branch = tuple[Node, SchemaShape]


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice in normal form: its types (None: any), the values it lists, what is joined, and what stays."""

    types: Types | None
    listed: Mapping[str, Node] | None
    joined: tuple[SchemaShape, ...]
    unions: tuple[Union, ...]


def choices(nodes: Nodes, within: Types | None, form: Former) -> Iterator[Choice]:
    """Each choice between two or more branches that one of *nodes* makes for values of the types *within*.

    *form* gives the shapes of branches. Lists of internal codes are left out: they have rules of their own.
    """
    for node in nodes:
        for keyword in ("oneOf", "anyOf"):
            branches = list(node.items(keyword)) if isinstance(node.value, dict) else []
            place = node.get(keyword)
            if place is None or len(branches) < 2 or all(has_own_rules(home(each)) for each in branches):
                continue
            made = _choice(place, within, form)
            if made is not None:
                yield made


def _choice(place: Node, within: Types | None, form: Former) -> Choice | None:
    """The choice at *place*; None when each value matches one of its branches."""
    branches = [(node, form((node,), within)) for node in _flattened(place, within, form)]
    branches = [(node, shape) for node, shape in branches if not shape.is_impossible]
    if place.name == "anyOf":
        if any(_says_nothing(shape, within) for _, shape in branches):
            return None
        branches = _without_covered(branches)
    listed = _listed(place, branches)
    if listed is not None:
        return Choice(None, listed, (), ())
    null_matches = _null_matches(branches)
    if null_matches is not None:
        others = (ALL_TYPES if within is None else within) - NULL
        branches = [
            (node, shape) for node, _ in branches if not (shape := form((node,), others)).is_impossible
        ]
    types = _union([shape.types for _, shape in branches])
    if null_matches is not None:
        has_null = null_matches == 1 if place.name == "oneOf" else null_matches > 0
        types = (ALL_TYPES - NULL if types is None else types) | (NULL if has_null else frozenset())
    joined: list[SchemaShape] = []
    unions: list[Union] = []
    for group in _by_types(branches):
        if len(group) == 1 and _can_be_joined(group[0][1]):
            joined.append(group[0][1])
        elif not (place.name == "anyOf" and all(_is_bare(shape) for _, shape in group)):
            unions.append(_stays(place, group, form))
    return Choice(types, None, tuple(joined), tuple(unions))


def _null_matches(branches: Sequence[Branch]) -> int | None:
    """How many of *branches* null matches; None when no branch admits it beside other types.

    None also when that cannot be told from the types: such a choice is looked at with null in its branches.
    """
    admitting = [shape for _, shape in branches if shape.types is None or "null" in shape.types]
    if any(shape.types is None for shape in admitting) or all(shape.types == NULL for shape in admitting):
        return None
    decided = all(
        (shape.listed is None or "null" in shape.listed)
        and shape.keywords.keys().isdisjoint(GENERIC_KEYWORDS)
        and not any(union.types is None or "null" in union.types for union in shape.unions)
        for shape in admitting
    )
    return len(admitting) if decided else None


def _stays(place: Node, group: Sequence[Branch], form: Former) -> Union:
    shapes = [shape for _, shape in group]
    types = _union([shape.types for shape in shapes])
    exclusive = place.name == "oneOf" and not all_disjoint(shapes, lambda nodes: form(nodes, None))
    return Union(place, tuple(node for node, _ in group), types, exclusive)


def _flattened(place: Node, within: Types | None, form: Former) -> Iterator[Node]:
    """The branches at *place*, those of a branch that is nothing but a choice in its stead.

    Each schema is opened once, however often it is referred to; a branch that ``anyOf`` repeats comes once.
    """
    seen: set[Tokens] = set()
    waiting = list(place.items())
    while waiting:
        node = waiting.pop(0)
        target = home(node)
        inner = _inner(target)
        if target.tokens in seen:
            if place.name == "oneOf":
                yield node
        elif inner is not None and _opens(place, inner, within, form):
            waiting = [*inner.items(), *waiting]
        else:
            yield node
        seen.add(target.tokens)


def _opens(place: Node, inner: Node, within: Types | None, form: Former) -> bool:
    """Whether the branches of the choice *inner*, a branch at *place*, may stand at *place* themselves.

    A value that matches two of them would be refused or admitted otherwise, unless both are ``anyOf``.
    """
    if inner.name == "anyOf" and place.name == "anyOf":
        return True
    branches = [form((node,), within) for node in inner.items()]
    return all_disjoint(branches, lambda nodes: form(nodes, None))


def _inner(node: Node) -> Node | None:
    """The choice that is all that *node* says; None when it says more, or has a discriminator."""
    value = node.value if isinstance(node.value, dict) else {}
    keywords = [keyword for keyword in ("oneOf", "anyOf") if keyword in value]
    more = any(key in ASSERTING for key in value)
    more = more or not value.keys().isdisjoint(("type", "$ref", "allOf", "enum", "const", "discriminator"))
    if len(keywords) != 1 or more or len(value[keywords[0]]) < 2:
        return None
    return node.get(keywords[0])


def _without_covered(branches: Sequence[Branch]) -> list[Branch]:
    """*branches* without those whose types the branches that say nothing but their types admit already."""
    bare = _union([shape.types for _, shape in branches if _is_bare(shape)])
    return [
        (node, shape)
        for node, shape in branches
        if _is_bare(shape) or bare is None or shape.types is None or not shape.types <= bare
    ]


def _says_nothing(shape: SchemaShape, within: Types | None) -> bool:
    return shape.types == within and _is_unlimited(shape)


def _is_bare(shape: SchemaShape) -> bool:
    """Whether it says nothing but its types."""
    return shape.types is not None and _is_unlimited(shape)


def _is_unlimited(shape: SchemaShape) -> bool:
    return shape.listed is None and not shape.unions and ASSERTING.isdisjoint(shape.keywords)


def _can_be_joined(shape: SchemaShape) -> bool:
    """Whether all that it says concerns only its own types."""
    if shape.types is None or shape.listed is not None:
        return False
    return all(keyword not in shape.keywords for keyword in GENERIC_KEYWORDS)


def _listed(place: Node, branches: Sequence[Branch]) -> dict[str, Node] | None:
    """The values that *branches* list, when they do nothing else; of ``oneOf`` those that one lists."""
    found: dict[str, Node] = {}
    twice: set[str] = set()
    for node, shape in branches:
        values = _finite(node, shape)
        if values is None:
            return None
        twice |= found.keys() & values.keys()
        found = {**values, **found}
    if place.name == "oneOf":
        return {key: node for key, node in found.items() if key not in twice}
    return found


def _finite(node: Node, shape: SchemaShape) -> Mapping[str, Node] | None:
    """Every value that *shape* admits, when they are listed or of a type that has few."""
    if shape.unions or not ASSERTING.isdisjoint(shape.keywords):
        return None
    if shape.listed is not None:
        return shape.listed
    if shape.types is None or not shape.types <= VALUES_OF_TYPE.keys():
        return None
    place = shape.place("type")
    return {text: place for kind in sorted(shape.types) for text in VALUES_OF_TYPE[kind]}


VALUES_OF_TYPE: Mapping[str, tuple[str, ...]] = {"null": ("null",), "boolean": ("false", "true")}


def _by_types(branches: Sequence[Branch]) -> list[list[Branch]]:
    """*branches* in groups: no value of one group's types is of another's."""
    groups: list[tuple[Types, list[Branch]]] = []
    for branch in branches:
        types, members = branch[1].types or ALL_TYPES, [branch]
        apart = []
        for other in groups:
            if other[0] & types:
                types, members = types | other[0], [*other[1], *members]
            else:
                apart.append(other)
        groups = [*apart, (types, members)]
    return [members for _, members in groups]


def _union(types: Sequence[Types | None]) -> Types | None:
    """All of *types* together, None when one of them is any."""
    known = [each for each in types if each is not None]
    return frozenset().union(*known) if len(known) == len(types) else None


def concerning(union: Union, types: Types | None) -> Union | None:
    """*union* for values of *types* only; None when it concerns none of them."""
    if types is None:
        return union
    common = types if union.types is None else union.types & types
    return replace(union, types=common) if common else None
