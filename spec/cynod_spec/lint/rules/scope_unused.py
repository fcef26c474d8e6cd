"""Scopes that open nothing."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import SCOPE


@rule(
    "scope-unused",
    level="warning",
    says="no operation needs the scope {scope}",
    hint="drop it, or ask for it",
    good="""
    'pass:write': Émettre
    'pass:read': Lire
    """,
    bad="""
    'pass:write': Émettre
    'pass:read': Lire
    ⟦'pass:ride'⟧: Rouler
    """,
)
def scope_unused(subject: Subject) -> Iterator[Found]:
    """A declared scope opens at least one operation."""
    used = {scope for operation in subject.contract.operations for scope in operation.scopes}
    for _, scheme in subject.root.members("components", "securitySchemes"):
        for scope, node in scheme.resolved().members("flows", "clientCredentials", "scopes"):
            if scope not in used and SCOPE.fullmatch(scope):
                yield node.at, {"scope": scope}
