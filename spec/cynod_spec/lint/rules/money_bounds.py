"""Amounts without bounds."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.fixes import Add
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    MAX_SAFE_INTEGER,
    amounts,
    stated,
)


@rule(
    "money-bounds",
    says="this amount has no {keyword}",
    hint="write one within {within}: larger integers lose digits in many readers of JSON",
    good="units: {type: integer, minimum: 1, maximum: 9007199254740991}",
    bad="⟦units⟧: {type: integer, minimum: 1}",
    fixable=True,
)
def money_bounds(subject: Subject) -> Iterator[Found]:
    """An amount has a smallest and a largest value, and neither is beyond what a double holds exactly."""
    for node in amounts(subject):
        for keyword in ("minimum", "maximum"):
            exclusive = stated(node, "exclusive" + keyword.capitalize())
            bound = stated(node, keyword) if exclusive is None else exclusive
            if not isinstance(bound, int | float) or abs(bound) > MAX_SAFE_INTEGER:
                is_fixable = keyword == "maximum" and bound is None
                fix = Add(node.tokens, keyword, MAX_SAFE_INTEGER) if is_fixable else None
                yield (
                    node.at,
                    {"keyword": f"{keyword} within ±{MAX_SAFE_INTEGER}", "within": f"±{MAX_SAFE_INTEGER}"},
                    fix,
                )
