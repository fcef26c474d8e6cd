"""Operations that share an operationId."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "operation-id-unique",
    says="{operation} shares its operationId {id} with {other}",
    hint="give each its own",
    good="operationId: readHealth",
    bad="⟦operationId⟧: listPasses",
)
def operation_id_unique(subject: Subject) -> Iterator[Found]:
    """Generated code and reports name an operation by its operationId."""
    seen: dict[str, str] = {}
    for operation in subject.contract.operations:
        if operation.id in seen:
            words = {"operation": operation.key, "id": operation.id, "other": seen[operation.id]}
            yield subject.below(operation.at, "operationId"), words
        seen.setdefault(operation.id, operation.key)
