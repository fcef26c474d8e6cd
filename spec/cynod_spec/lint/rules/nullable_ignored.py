"""A keyword that OpenAPI 3.1 no longer knows."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.fixes import Drop
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "nullable-ignored",
    says="`nullable` says nothing since OpenAPI 3.1",
    hint="write `type: [string, 'null']`",
    good="state: {enum: [VALID, VOID]}",
    bad="state: {enum: [VALID, VOID], ⟦nullable⟧: false}",
    fixable=True,
)
def nullable_ignored(subject: Subject) -> Iterator[Found]:
    """A schema that means null says so in a way that validators read."""
    if subject.contract.openapi.startswith("3.0"):
        return
    for node in subject.traversal.schemas:
        if "nullable" in node.value:
            at = subject.below(node.at, "nullable")
            yield at, {}, Drop((*node.tokens, "nullable")) if node.value["nullable"] is False else None
