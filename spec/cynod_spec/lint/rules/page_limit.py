"""Sizes of pages without bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule

_WANTED: Final = ("minimum", "maximum", "default")


@rule(
    "page-limit",
    says="the size of a page must be an integer with minimum, maximum and default; here {what} is missing",
    hint="for instance {{type: integer, minimum: 1, maximum: 100, default: 20}}",
    good="schema: {type: integer, minimum: 1, maximum: 100, default: 20}",
    bad="⟦schema⟧: {type: integer, minimum: 1, default: 20}",
)
def page_limit(subject: Subject) -> Iterator[Found]:
    """A client knows how large a page may be, and how large it is when it says nothing."""
    for operation in subject.contract.all("list"):
        parameter = operation.parameter("limit")
        if parameter is None:
            continue
        schema = parameter.schema.value
        missing = [keyword for keyword in _WANTED if keyword not in schema]
        if schema.get("type") != "integer":
            missing.insert(0, "type: integer")
        if missing:
            yield subject.below(parameter.at, "schema"), {"what": ", ".join(missing)}
