"""Operations that share an operationId."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.location import SourceLocation
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.source.operations import path_item


@rule(
    "operation-id-unique",
    says="{operation} shares its operationId {id} with {other}",
    hint="give each its own",
    good="operationId: readHealth",
    bad="⟦operationId⟧: listPasses",
)
def operation_id_unique(subject: Subject) -> Iterator[Found]:
    """Code and reports name an operation by its operationId; webhooks and callbacks have theirs too."""
    seen: dict[str, str] = {}
    for id, key, at in _identified(subject):
        if id in seen:
            yield at, {"operation": key, "id": id, "other": seen[id]}
        seen.setdefault(id, key)


def _identified(subject: Subject) -> Iterator[tuple[str, str, SourceLocation]]:
    """The operationId, the name for reports and the place of each operation, those of the model first."""
    for operation in subject.contract.operations:
        yield operation.id, operation.key, subject.below(operation.at, "operationId")
    known = {operation.at.pointer for operation in subject.contract.operations}
    for node in subject.traversal.objects:
        id = node.value.get("operationId")
        if isinstance(id, str) and path_item(node.tokens) is not None and node.pointer not in known:
            yield id, node.pointer, node.place("operationId")
