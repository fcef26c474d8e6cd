"""Pages of any size."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.fixes import Add
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    below,
    one,
    stated,
)


@rule(
    "page-unbounded",
    level="warning",
    says="this page may hold any number of items; the largest limit is {limit}",
    hint="add `maxItems: {limit}`",
    good="passes: {type: array, items: {$ref: '#/components/schemas/Pass'}, maxItems: 100}",
    bad="⟦passes⟧: {type: array, items: {$ref: '#/components/schemas/Pass'}}",
    fixable=True,
)
def page_unbounded(subject: Subject) -> Iterator[Found]:
    """A page never holds more than the largest limit, and its schema says so."""
    for operation in subject.contract.all("list"):
        place, limit = operation.answer.get("resources"), operation.parameter("limit")
        largest = limit.schema.value.get("maximum") if limit else None
        for response in operation.responses:
            if place is None or response.schema is None or not isinstance(largest, int):
                continue
            for node in below(subject, response.schema, place.path):
                most = stated(node, "maxItems")
                if not isinstance(most, int) or most > largest:
                    target = one(node)
                    fix = Add(target.tokens, "maxItems", largest) if most is None else None
                    yield target.at, {"limit": largest}, fix
