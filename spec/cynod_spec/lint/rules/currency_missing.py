"""Amounts without a currency."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "currency-missing",
    says="an amount stands here without the role {wanted}",
    hint="say in x-cynod where its currency stands",
    good="""
    amount: $request.body#/price/units
    currency: $request.body#/price/currency
    """,
    bad="""
    ⟦amount⟧: $request.body#/price/units
    """,
)
def currency_missing(subject: Subject) -> Iterator[Found]:
    """A number is no amount of money before somebody says of which currency."""
    for operation in subject.contract.operations:
        if "amount" in operation.request and "currency" not in operation.request:
            yield operation.request["amount"].at, {"wanted": "currency"}
    for resource in subject.contract.resources.values():
        if "amount" in resource.members and "currency" not in resource.members:
            at = subject.below(resource.at, "x-cynod", "resource", "members", "amount")
            yield at, {"wanted": "currency"}
