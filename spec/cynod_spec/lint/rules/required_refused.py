"""Members that must be there and must not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from cynod_spec.build.schemas import branches
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.node import Node

_UNIONS: Final = ("anyOf", "oneOf")
_IN_PLACE: Final = ("allOf", *_UNIONS)
_REQUIRING: Final = frozenset(("required", *_IN_PLACE))
_SINGLE_IN_PLACE: Final = ("if", "then", "else")


@rule(
    "required-refused",
    says="the member {name} is required here, and refused by {keyword}",
    hint="describe it under `properties`, or drop it from `required`; is its name written right?",
    good="""
    next: {type: [string, 'null']}
    """,
    bad="""
    next: {type: [string, 'null']}
    total:
      type: object
      required: [amount, ⟦curency⟧]
      properties: {amount: {type: integer}, currency: {type: string}}
      additionalProperties: false
    """,
)
def required_refused(subject: Subject) -> Iterator[Found]:
    """An object can have every member that it must have.

    A member is refused when its schema is ``false``, or when objects are closed and nothing describes it.
    What a schema refers to, and its ``allOf``, count with it; of a ``oneOf`` or ``anyOf``, every alternative
    must refuse it, and what one alternative requires is looked at as well.
    """
    reported: set[tuple[str, str]] = set()
    for node in subject.walked.schemas:
        if _REQUIRING.isdisjoint(node.value):
            continue
        parts = list(branches(node))
        for item in (each for part in (*parts, *_alternatives(node)) for each in _required(part)):
            keyword = _refused(item.value, parts)
            if keyword and (item.pointer, keyword) not in reported:
                reported.add((item.pointer, keyword))
                yield item.at, {"name": item.value, "keyword": keyword}


def _required(part: Node) -> Iterator[Node]:
    if isinstance(part.value.get("required"), list):
        yield from (item for item in part.items("required") if isinstance(item.value, str))


def _refused(name: str, parts: list[Node]) -> str:
    """The keyword of *parts* that refuses every object with the member *name*; empty when none does."""
    for part in parts:
        if _is_false(_mapping(part, "properties").get(name)):
            return "properties"
        if _is_false(part.value.get("additionalProperties")) and not _describes(part, name):
            return "additionalProperties"
        if _is_false(part.value.get("unevaluatedProperties")) and not _evaluates(part, name, set()):
            return "unevaluatedProperties"
        names = part.value.get("propertyNames")
        listed = names.get("enum") if isinstance(names, dict) else None
        if isinstance(listed, list) and name not in listed:
            return "propertyNames"
        for union in _UNIONS:
            choices = part.items(union) if isinstance(part.value.get(union), list) else ()
            refusing = [bool(_refused(name, list(branches(choice)))) for choice in choices]
            if refusing and all(refusing):
                return union
    return ""


def _alternatives(node: Node) -> Iterator[Node]:
    """The alternatives that *node* itself writes down; those that it refers to are schemas of their own."""
    for union in _UNIONS:
        if isinstance(node.value.get(union), list):
            yield from (choice for choice in node.items(union) if isinstance(choice.value, dict))


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
        try:
            if re.search(pattern, name):
                return True
        except (re.error, OverflowError, RecursionError):
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
        *(item for word in _IN_PLACE if isinstance(part.value.get(word), list) for item in part.items(word))
    ]
    below += [inner for keyword in _SINGLE_IN_PLACE if (inner := part.get(keyword)) is not None]
    if isinstance(part.value.get("dependentSchemas"), dict):
        below += [inner for _, inner in part.members("dependentSchemas")]
    return any(_evaluates(inner, name, seen) for inner in below)
