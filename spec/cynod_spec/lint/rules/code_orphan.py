"""Codes that no response allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.model import At


@rule(
    "code-orphan",
    level="warning",
    says="no response allows the code {code}",
    hint="list it in a response, or drop it",
)
def code_orphan(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """An internal code that no response allows can never be answered."""
    for code in subject.contract.codes:
        if not code.status:
            yield code.at, {"code": code.value}
