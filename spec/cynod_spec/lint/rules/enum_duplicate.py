"""Values listed twice."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.fixes import Drop
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "enum-duplicate",
    level="warning",
    says="the value {value} is listed twice",
    hint="drop one of them",
    good="state: {enum: [VALID, VOID]}",
    bad="state: {enum: [VALID, VOID, ⟦VOID⟧]}",
    fixable=True,
)
def enum_duplicate(subject: Subject) -> Iterator[Found]:
    """Generated code has a member for each value of an enumeration."""
    for node in subject.traversal.schemas:
        listed = node.value.get("enum")
        for index, value in enumerate(listed if isinstance(listed, list) else ()):
            if any(type(value) is type(other) and value == other for other in listed[:index]):
                tokens = (*node.tokens, "enum", str(index))
                yield subject.source.place(tokens), {"value": value}, Drop(tokens)
