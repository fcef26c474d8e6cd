"""Responses that leave their codes open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.lint.subjects import responses
from cynod_spec.model import At


@rule(
    "code-undeclared",
    says="this response for {status} does not say which internal codes it allows",
    hint="compose them beside the envelope: `code: {{oneOf: [{{$ref: …}}]}}`",
)
def code_undeclared(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """Every response with an envelope lists its codes, so that any validator refuses a wrong one."""
    for response in responses(subject.contract):
        if response.case and not response.codes:
            yield response.at, {"status": response.status}
