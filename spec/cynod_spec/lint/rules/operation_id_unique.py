"""Operations that share an operationId."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.model import At


@rule(
    "operation-id-unique",
    says="{operation} shares its operationId {id} with {other}",
    hint="give each its own",
)
def operation_id_unique(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """Generated code and reports name an operation by its operationId."""
    seen: dict[str, str] = {}
    for operation in subject.contract.operations:
        if operation.id in seen:
            yield operation.at, {"operation": operation.key, "id": operation.id, "other": seen[operation.id]}
        seen.setdefault(operation.id, operation.key)
