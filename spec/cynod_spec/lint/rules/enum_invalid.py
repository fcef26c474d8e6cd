"""Enumerations and constants that their own schema refuses."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import types
from cynod_spec.lint.values import has_type, own_types, problem
from cynod_spec.schema.composition import branches
from cynod_spec.source.node import Node


@rule(
    "enum-invalid",
    says="the value that is listed here is never valid: {problem}",
    hint="correct the value, or what the schema says beside it",
    good="state: {enum: [VALID, VOID]}",
    bad="state: {type: string, enum: [VALID, VOID, ⟦5⟧]}",
)
def enum_invalid(subject: Subject) -> Iterator[Found]:
    """A value that an enumeration or a ``const`` lists can be sent.

    It has the type that stands beside it, and keeps the bounds and the pattern there. The type may also be
    stated where a schema refers to the enumeration, in an ``allOf``, or around a ``oneOf`` of constants.
    """
    for node in subject.traversal.schemas:
        for value, keyword in _listed(node):
            found = problem(subject, node, value.value, own=keyword)
            if found is not None:
                yield value.at, {"problem": found[1]}
        yield from _of_another_type(node)


def _listed(node: Node) -> Iterator[tuple[Node, str]]:
    if isinstance(node.value.get("enum"), list):
        yield from ((item, "enum") for item in node.items("enum"))
    if (constant := node.get("const")) is not None:
        yield constant, "const"


def _of_another_type(node: Node) -> Iterator[Found]:
    """What is listed in other schemas for the same value, where none of it has a type that *node* allows."""
    if not _combines(node) or not (allowed := types(node)):
        return
    others = [part for part in branches(node) if part is not node]
    for keyword in ("oneOf", "anyOf"):
        if isinstance(node.value.get(keyword), list):
            others += [item for item in node.items(keyword) if isinstance(item.value, dict)]
    for other in others:
        listed = [value for value, _ in _listed(other)]
        if not listed or own_types(other) or any(has_type(value.value, allowed) for value in listed):
            continue
        yield listed[0].at, {"problem": f"the type there is {', '.join(allowed)}, by {node.pointer}"}


def _combines(node: Node) -> bool:
    return any(keyword in node.value for keyword in ("$ref", "allOf", "oneOf", "anyOf"))
