"""Schemas whose parts no value satisfies together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.values import own_types
from cynod_spec.schema.composition import branches
from cynod_spec.source.node import Node

_TOLD: Final = frozenset(("type", "const", "enum"))
_Said = tuple[Node, str, list[Any]]  # a part of a schema, its keyword, the types or values that it leaves


@rule(
    "schema-unsatisfiable",
    says="no value is valid: {problem}",
    hint="correct one of them; alternatives stand under oneOf or anyOf",
    good="""
    next: {type: [string, 'null']}
    """,
    bad="""
    next: {type: [string, 'null']}
    total: {type: string, allOf: [{⟦type⟧: integer}]}
    """,
)
def schema_unsatisfiable(subject: Subject) -> Iterator[Found]:
    """The types of a schema, of what it refers to and of its ``allOf`` have one in common; its lists too."""
    reported: set[str] = set()
    for node in subject.traversal.schemas:
        if node.value.get("enum") == []:
            yield node.place("enum"), {"problem": "the list is empty"}
        if "allOf" not in node.value and ("$ref" not in node.value or _TOLD.isdisjoint(node.value)):
            continue
        parts = list(branches(node))
        for found in (_emptied(list(_types(parts))), _emptied(list(_lists(parts)))):
            if found is None:
                continue
            own = [each for each in found if each[0].tokens[: len(node.tokens)] == node.tokens]
            part, keyword, _ = (own or found)[-1]
            at = part.place(keyword)
            if at.pointer not in reported:
                reported.add(at.pointer)
                yield at, {"problem": " and ".join(map(_shown, found)) + " exclude each other"}


def _emptied(said: list[_Said]) -> tuple[_Said, _Said] | None:
    """The first two of *said* that have nothing in common."""
    for index, last in enumerate(said):
        for first in said[:index]:
            if not any(_is_same(one, other) for one in first[2] for other in last[2]):
                return first, last
    return None


def _is_same(one: Any, other: Any) -> bool:
    """Whether both are one value of JSON, where 1 is 1.0 and not true."""
    return one == other and isinstance(one, bool) is isinstance(other, bool)


def _types(parts: list[Node]) -> Iterator[_Said]:
    for part in parts:
        if kinds := own_types(part):
            yield part, "type", [*kinds, *(("integer",) if "number" in kinds else ())]


def _lists(parts: list[Node]) -> Iterator[_Said]:
    for part in parts:
        if "const" in part.value:
            yield part, "const", [part.value["const"]]
        elif isinstance(part.value.get("enum"), list) and part.value["enum"]:
            yield part, "enum", part.value["enum"]


def _shown(said: _Said) -> str:
    part, keyword, _ = said
    return f"{keyword} {json.dumps(part.value[keyword], ensure_ascii=False)}"
