"""Callers other than an operation's own: without a scope, or another partner."""

from __future__ import annotations

from cynod_conformance.base.outcomes import Missing
from cynod_conformance.experiment.context import Lab
from cynod_spec.model import Operation


def without(lab: Lab, operation: Operation, scope: str) -> tuple[str, str]:
    """A caller and a Bearer value that lack *scope* alone. Raises Missing when no credential can."""
    for name in (lab.caller(operation), "primary", "core", "other", "limited"):
        if name not in lab.config.credentials:
            continue
        rest = lab.tokens.token(name).scopes - {scope}
        if rest:
            return name, f"Bearer {lab.tokens.token(name, rest).value}"
    raise Missing("no-scope", what=f"≠ {scope}")


def as_other(lab: Lab, operation: Operation) -> str:
    """The Bearer value of the second partner. Raises Missing when it lacks the scopes."""
    token = lab.tokens.token("other")
    if not token.scopes.issuperset(operation.scopes):
        raise Missing("no-scope", what=" ".join(operation.scopes))
    return f"Bearer {token.value}"


def caller(lab: Lab) -> tuple[tuple[str, str], ...]:
    """The headers of an identified caller, whom a simple operation just accepted."""
    operation = lab.simple()
    lab.control(operation)
    return (("Authorization", lab.bearer(operation)),)
