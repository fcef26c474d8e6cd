"""What schemas admit, as text: equal for schemas that have one normal form, whatever their names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

from cynod_spec.diff.schemas.arrays import at_place, placed
from cynod_spec.diff.schemas.json_values import canonical
from cynod_spec.diff.schemas.normal_form import NormalForms
from cynod_spec.diff.schemas.numbers import KINDS, bound, step
from cynod_spec.diff.schemas.objects import described, others, patterns, refusing, required
from cynod_spec.diff.schemas.shape import Nodes, SchemaShape, Types, Union
from cynod_spec.diff.schemas.tags import tags
from cynod_spec.source.node import Node

MAX_NESTING: Final = (
    10  # schemas one inside the other that are looked at; those of a recursive schema never end
)
CONSTRAINTS: Final = (
    *("not", "if", "then", "else", "contains", "minContains", "maxContains", "propertyNames"),
    *("dependentRequired", "dependentSchemas", "dependencies", "unevaluatedItems"),
    *("contentEncoding", "contentMediaType", "contentSchema", "$dynamicRef", "$recursiveRef"),
)
_SCHEMAS: Final = frozenset(
    ("not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems", "contentSchema")
)
_BY_NAME: Final = frozenset(("dependentSchemas", "dependencies"))


class Meanings:
    """The meanings of schemas of two documents; *forms* gives their shapes."""

    def __init__(self, forms: NormalForms) -> None:
        self.forms = forms
        self._known: dict[tuple[int, tuple[tuple[str, ...], ...], Types | None, int], str] = {}

    def of(self, nodes: Nodes, within: Types | None = None) -> str:
        """What *nodes*, at least one, admit together of the types *within*."""
        return self._of(nodes, within, MAX_NESTING)

    def of_constraint(self, shape: SchemaShape, keyword: str) -> str:
        """What each place of *keyword*, one of ``CONSTRAINTS``, says in *shape*; empty for nothing."""
        return "\n".join(
            sorted(self._constraint(keyword, node, MAX_NESTING) for node in shape.every(keyword))
        )

    def of_union(self, shape: SchemaShape, union: Union) -> str:
        """What *union*, one of the choices of *shape*, admits."""
        return self._union(shape, union, MAX_NESTING + 1)

    def outline(self, shape: SchemaShape, names: Iterable[str]) -> str:
        """What *shape* admits, but for the members that it does not require and that are not of *names*."""
        kept = {*names, *required(shape)}
        return _short(dict(self._facts(shape, MAX_NESTING, kept)))

    def _of(self, nodes: Nodes, within: Types | None, left: int) -> str:
        if left == 0:
            return "…"
        key = (id(nodes[0].source), tuple(node.tokens for node in nodes), within, left)
        known = self._known.get(key)
        if known is None:
            shape = self.forms.of(nodes, within)
            known = self._known[key] = _short(dict(self._facts(shape, left)))
        return known

    def _facts(
        self, shape: SchemaShape, left: int, names: set[str] | None = None
    ) -> Iterator[tuple[str, Any]]:
        """What *shape* says by keyword; of the members *names* only, when they are given."""
        if shape.is_impossible:
            yield "impossible", True
            return
        if shape.types is not None:
            yield "types", sorted(shape.types)
        if shape.listed is not None:
            yield "listed", sorted(shape.listed)
        for kind in KINDS:
            if kind.keyword in shape.keywords or kind.exclusive in shape.keywords:
                yield kind.keyword, list(bound(shape, kind).rank)
        if (size := step(shape)) is not None:
            yield "multipleOf", str(size)
        for keyword in ("format", "pattern"):
            if keyword in shape.keywords:
                yield keyword, sorted(shape.texts(keyword))
        for keyword in ("uniqueItems", "readOnly", "writeOnly"):
            if shape.says(keyword):
                yield keyword, True
        default = shape.first("default")
        yield "default", [] if default is None else [canonical(default.value)]
        yield "unions", sorted(self._union(shape, union, left) for union in shape.unions)
        yield "tags", sorted(tags(shape))
        for keyword in CONSTRAINTS:
            if keyword in shape.keywords:
                said = (self._constraint(keyword, node, left) for node in shape.every(keyword))
                yield keyword, sorted(said)
        yield from self._items(shape, left)
        yield from self._members(shape, left, names)

    def _items(self, shape: SchemaShape, left: int) -> Iterator[tuple[str, Any]]:
        if every := shape.every("items"):
            yield "items", self._of(every, None, left - 1)
        in_place = [at_place(shape, index) for index in range(placed(shape))]
        yield "in place", [self._of(nodes, None, left - 1) if nodes else "" for nodes in in_place]

    def _members(self, shape: SchemaShape, left: int, names: set[str] | None) -> Iterator[tuple[str, Any]]:
        members = {
            name: self._of(nodes, None, left - 1) if nodes else ""
            for name, nodes in described(shape).items()
            if names is None or name in names
        }
        yield "members", members
        yield "required", sorted(required(shape))
        yield "closed", refusing(shape) is not None
        if rest := others(shape):
            yield "others", self._of(rest, None, left - 1)
        like = patterns(shape)
        yield (
            "patterns",
            {pattern: self._of(nodes, None, left - 1) for pattern, nodes in like.items() if nodes},
        )

    def _union(self, shape: SchemaShape, union: Union, left: int) -> str:
        branches = sorted(self._of((node,), union.types, left - 1) for node in union.branches)
        types = None if union.types is None else sorted(union.types)
        return canonical([types, union.exclusive, branches])

    def _constraint(self, keyword: str, node: Node, left: int) -> str:
        if keyword in _SCHEMAS and isinstance(node.value, dict | bool):
            return self._of((node,), None, left - 1)
        if keyword in _BY_NAME and isinstance(node.value, dict):
            return canonical({name: self._dependency(below, left) for name, below in node.members()})
        if keyword == "dependentRequired" and isinstance(node.value, dict):
            return canonical({name: sorted(map(str, below)) for name, below in node.value.items() if below})
        if node.name == "format":  # OpenAPI 3.0's byte
            return canonical("base64")
        return canonical(node.value)

    def _dependency(self, node: Node, left: int) -> Any:
        if isinstance(node.value, dict | bool):
            return self._of((node,), None, left - 1)
        return sorted(map(str, node.value))


def _short(facts: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(facts).encode()).hexdigest()
