"""Codes with more than one status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.lint.subjects import responses
from cynod_spec.model import At


@rule(
    "code-two-statuses",
    says="the code {code} is allowed for {status} here and for {other} elsewhere",
    hint="a code has one status everywhere; use another code, or move the response",
)
def code_two_statuses(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """A code means one thing, so it stands in responses of one status alone."""
    for response in responses(subject.contract):
        for code in response.codes:
            if code.status != response.status:
                yield response.at, {"code": code.value, "status": response.status, "other": code.status}
