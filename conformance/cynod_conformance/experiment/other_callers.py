"""Callers other than an operation's own: without a scope, or another partner."""

from __future__ import annotations

from cynod_conformance.base.outcomes import PreconditionMissing
from cynod_conformance.experiment.context import TestContext
from cynod_spec.model import Operation


def token_without(context: TestContext, operation: Operation, scope: str) -> tuple[str, str]:
    """A caller's name and its Bearer value, which lacks only *scope*.

    Raises PreconditionMissing when no configured caller can have such a token.
    """
    found = find_token_without(context, operation, scope)
    if found is None:
        raise PreconditionMissing("no-scope", what=f"≠ {scope}")
    return found


def find_token_without(context: TestContext, operation: Operation, scope: str) -> tuple[str, str] | None:
    """Like ``token_without``, but None when no configured caller can have such a token."""
    for name in (context.caller(operation), "primary", "core", "other", "limited"):
        if name not in context.config.credentials:
            continue
        rest = context.tokens.token(name).scopes - {scope}
        if rest:
            return name, f"Bearer {context.tokens.token(name, rest).value}"
    return None


def bearer_of_other(context: TestContext, operation: Operation) -> str:
    """The Bearer value of the second partner. Raises PreconditionMissing when it lacks the scopes."""
    token = context.tokens.token("other")
    if not token.scopes.issuperset(operation.scopes):
        raise PreconditionMissing("no-scope", what=" ".join(operation.scopes))
    return f"Bearer {token.value}"


def identified_headers(context: TestContext) -> tuple[tuple[str, str], ...]:
    """The headers of an identified caller, whom a simple operation just accepted."""
    operation = context.simple()
    context.control(operation)
    return (("Authorization", context.bearer(operation)),)
