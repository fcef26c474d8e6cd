"""Creations that cannot be repeated safely."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "idempotency-key-missing",
    says="{operation} creates something but no parameter plays the role `key`",
    hint="without an idempotency key a client cannot retry a lost answer safely",
    good="""
    request:
      key: $request.header.Retry-Key
      amount: $request.body#/price/units
    """,
    bad="""
    request:
      amount: $request.body#/price/units
    """,
    reported_in="""
    ⟦post⟧:
      operationId: issuePass
    """,
)
def idempotency_key_missing(subject: Subject) -> Iterator[Found]:
    """A POST that answers 201 takes an idempotency key."""
    for operation in subject.contract.operations:
        if operation.method == "POST" and operation.response(201) and "key" not in operation.request:
            yield operation.at, {"operation": operation.key}
