"""Idempotency keys that may be missing."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    required,
)


@rule(
    "idempotency-key-optional",
    says="the idempotency key {name} of {operation} may be missing",
    hint="add `required: true`: the one call sent without it is the one that is repeated",
    good="""
    name: Retry-Key
    in: header
    required: true
    """,
    bad="""
    name: Retry-Key
    in: header
    required: false
    """,
    reported_in="⟦RetryKey⟧:",
    fixable=True,
)
def idempotency_key_optional(subject: Subject) -> Iterator[Found]:
    """What protects from a double payment is not left to the caller's mood."""
    for operation in subject.contract.operations:
        found = operation.parameter("key")
        if found and not found.required:
            words = {"name": found.name, "operation": operation.key}
            yield found.at, words, required(subject, found.at)
