"""Idempotency keys that are kept for nobody knows how long."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "retention-missing",
    level="warning",
    says="calls take an idempotency key, and the document does not say how long a key is kept",
    hint="for instance `retention: {{idempotency-keys: 86400}}` in the document's x-cynod, in seconds",
    good="retention: {idempotency-keys: 86400, ended-tokens: 600}",
    bad="⟦retention⟧: {ended-tokens: 600}",
)
def retention_missing(subject: Subject) -> Iterator[Found]:
    """A client may repeat a call without a second effect for as long as its key is kept, and no longer."""
    contract = subject.contract
    takes_key = any("key" in operation.request for operation in contract.operations)
    if takes_key and contract.retention.idempotency_keys is None:
        yield subject.source.at("/x-cynod/retention"), {}
