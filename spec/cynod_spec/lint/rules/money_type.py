"""Amounts that are no integers."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    amounts,
    types,
)


@rule(
    "money-type",
    says="this amount must be an integer of the currency's minor unit; it is {what}",
    hint="write `type: integer`: floating point loses money",
    good="units: {type: integer, minimum: 1, maximum: 9007199254740991}",
    bad="⟦units⟧: {type: number, minimum: 1, maximum: 9007199254740991}",
)
def money_type(subject: Subject) -> Iterator[Found]:
    """Money is counted in whole minor units: 1500 in XOF is 1500 francs."""
    for node in amounts(subject):
        if types(node) != ("integer",):
            yield node.at, {"what": " or ".join(types(node)) or "of any type"}
