"""Creations that cannot be repeated safely."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.model import At


@rule(
    "idempotency-key-missing",
    says="{operation} creates something but no parameter plays the role `key`",
    hint="without an idempotency key a client cannot retry a lost answer safely",
)
def idempotency_key_missing(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """A POST that answers 201 takes an idempotency key."""
    for operation in subject.contract.operations:
        if operation.method == "POST" and operation.response(201) and "key" not in operation.request:
            yield operation.at, {"operation": operation.key}
