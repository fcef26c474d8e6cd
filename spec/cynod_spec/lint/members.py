"""Which members a schema lets an object have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cynod_spec.lint.patterns import compiled
from cynod_spec.schema.composition import branches
from cynod_spec.source.node import Node
from cynod_spec.source.schema_keywords import ALTERNATIVES, BRANCHES, CONDITION


def known_names(parts: Iterable[Node]) -> set[str]:
    """The names of the members that *parts* of a schema describe under ``properties``."""
    return {name for part in parts for name in _mapping(part, "properties")}


def refused(name: str, parts: list[Node]) -> str:
    """The keyword of *parts* that refuses every object with the member *name*; empty when none does."""
    for part in parts:
        if _is_false(_mapping(part, "properties").get(name)):
            return "properties"
        if _is_false(part.value.get("additionalProperties")) and not _describes(part, name):
            return "additionalProperties"
        if _is_false(part.value.get("unevaluatedProperties")) and not _evaluates(part, name, set()):
            return "unevaluatedProperties"
        if (names := part.value.get("propertyNames")) is False or _breaks_pattern(name, names):
            return "propertyNames"
        listed = names.get("enum") if isinstance(names, dict) else None
        if isinstance(listed, list) and name not in listed:
            return "propertyNames"
        for union in ALTERNATIVES:
            choices = part.items(union) if isinstance(part.value.get(union), list) else ()
            refusing = [bool(refused(name, list(branches(choice)))) for choice in choices]
            if refusing and all(refusing):
                return union
    return ""


def _breaks_pattern(name: str, names: Any) -> bool:
    """Whether *name* is refused by the pattern of *names*, the schema of a ``propertyNames``."""
    pattern = names.get("pattern") if isinstance(names, dict) else None
    readable = compiled(pattern) if isinstance(pattern, str) else None
    return readable is not None and not readable.search(name)


def _is_false(schema: Any) -> bool:
    return schema is False or schema in ({"not": {}}, {"not": True})


def _mapping(part: Node, keyword: str) -> dict[str, Any]:
    found = part.value.get(keyword)
    return found if isinstance(found, dict) else {}


def _describes(part: Node, name: str) -> bool:
    """Whether *part* itself describes the member *name*; a pattern that Python cannot read may."""
    if name in _mapping(part, "properties"):
        return True
    for pattern in _mapping(part, "patternProperties"):
        readable = compiled(pattern)
        if readable is None or readable.search(name):
            return True
    return False


def _evaluates(part: Node, name: str, seen: set[tuple[str, ...]]) -> bool:
    """Whether *part*, or anything that it applies to the same object, may describe the member *name*."""
    if not isinstance(part.value, dict) or part.tokens in seen:
        return False
    seen.add(part.tokens)
    opened = (part.value.get(keyword, False) for keyword in ("additionalProperties", "unevaluatedProperties"))
    if _describes(part, name) or not all(map(_is_false, opened)):
        return True
    if isinstance(part.value.get("$ref"), str) and _evaluates(part.referred(), name, seen):
        return True
    below = [
        *(item for word in BRANCHES if isinstance(part.value.get(word), list) for item in part.items(word))
    ]
    below += [inner for keyword in CONDITION if (inner := part.get(keyword)) is not None]
    if isinstance(part.value.get("dependentSchemas"), dict):
        below += [inner for _, inner in part.members("dependentSchemas")]
    return any(_evaluates(inner, name, seen) for inner in below)
