"""Responses that allow members beside those of their envelope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.lint.subjects import responses
from cynod_spec.model import At


@rule(
    "envelope-open",
    says="this response for {status} allows members that its envelope does not have",
    hint="end its schema with `unevaluatedProperties: false`",
)
def envelope_open(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """The outermost schema of a response closes the envelope that it composes."""
    for response in responses(subject.contract):
        if (
            response.case
            and response.schema
            and response.schema.value.get("unevaluatedProperties") is not False
        ):
            yield response.schema.at, {"status": response.status}
