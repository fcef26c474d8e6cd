"""Members that must be there and must not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.base.suggestions import did_you_mean
from cynod_spec.lint.members import known_names, refused
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.schema.composition import branches
from cynod_spec.source.node import Node
from cynod_spec.source.schema_keywords import ALTERNATIVES, BRANCHES

_REQUIRING: Final = frozenset(("required", *BRANCHES))


@rule(
    "required-refused",
    says="the member {name} is required here, and refused by {keyword}",
    hint="{meant}describe it under `properties`, or drop it from `required`",
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
    for node in subject.traversal.schemas:
        if _REQUIRING.isdisjoint(node.value):
            continue
        parts = list(branches(node))
        for item in (each for part in (*parts, *_alternatives(node)) for each in _required(part)):
            keyword = refused(item.value, parts)
            if keyword and (item.pointer, keyword) not in reported:
                reported.add((item.pointer, keyword))
                meant = did_you_mean(item.value, known_names(parts))
                yield item.at, {"name": item.value, "keyword": keyword, "meant": meant and f"{meant} "}


def _required(part: Node) -> Iterator[Node]:
    if isinstance(part.value.get("required"), list):
        yield from (item for item in part.items("required") if isinstance(item.value, str))


def _alternatives(node: Node) -> Iterator[Node]:
    """The alternatives that *node* itself writes down; those that it refers to are schemas of their own."""
    for union in ALTERNATIVES:
        if isinstance(node.value.get(union), list):
            yield from (choice for choice in node.items(union) if isinstance(choice.value, dict))
