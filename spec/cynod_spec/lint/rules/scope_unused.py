"""Scopes that open nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.model import At


@rule(
    "scope-unused",
    level="warning",
    says="no operation needs the scope {scope}",
    hint="drop it, or ask for it",
)
def scope_unused(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """A declared scope opens at least one operation."""
    used = {scope for operation in subject.contract.operations for scope in operation.scopes}
    for scope in subject.contract.security.scopes:
        if scope not in used:
            yield subject.contract.security.at, {"scope": scope}
