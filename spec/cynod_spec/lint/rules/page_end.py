"""Walks that never end."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    below,
    one,
    types,
)


@rule(
    "page-end",
    says="the cursor of the next page can never be null",
    hint="allow it: `type: [string, 'null']`; null says that no page follows",
    good="next: {type: [string, 'null']}",
    bad="⟦next⟧: {type: string}",
)
def page_end(subject: Subject) -> Iterator[Found]:
    """The last page says that it is the last one."""
    for operation in subject.contract.all("list"):
        place = operation.answer.get("next")
        for response in operation.responses:
            if place is None or response.schema is None or not 200 <= response.status < 300:
                continue
            for node in below(subject, response.schema, place.path):
                if types(node) and "null" not in types(node):
                    yield one(node).at, {}
