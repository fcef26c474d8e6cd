"""Idempotency keys of any length."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "idempotency-key-unbounded",
    says="the idempotency key {name} may be any text",
    hint="give it a `pattern`, or `minLength` and `maxLength`: it is stored, and must be hard to guess",
    good="schema: {type: string, pattern: '^[A-Za-z0-9]{8,64}$'}",
    bad="⟦schema⟧: {type: string}",
)
def idempotency_key_unbounded(subject: Subject) -> Iterator[Found]:
    """A key has a form and a length."""
    for operation in subject.contract.operations:
        found = operation.parameter("key")
        schema = found.schema.value if found else {}
        if found and "pattern" not in schema and not {"minLength", "maxLength"} <= schema.keys():
            yield subject.below(found.at, "schema"), {"name": found.name}
