"""Scopes that nobody can be granted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.model import At


@rule(
    "scope-undeclared",
    says="{operation} needs the scope {scope}, which no security scheme offers",
    hint="declare it among the scopes of the client credentials flow; there are: {known}",
)
def scope_undeclared(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """An operation asks only for scopes that a token can hold."""
    known = subject.contract.security.scopes
    for operation in subject.contract.operations:
        for scope in operation.scopes:
            if scope not in known:
                yield operation.at, {"operation": operation.key, "scope": scope, "known": ", ".join(known)}
