"""Allowances that nothing needs."""

from __future__ import annotations

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "allow-unused",
    level="warning",
    says="the rule {rule}, which is allowed here, {what}",
    hint="drop the allowance: it would hide the next mistake",
    good="old_total: {type: integer, x-cynod-allow: [{rule: member-case, reason: Des lecteurs l’ont.}]}",
    bad="total: {type: integer, x-cynod-allow: [⟦{rule: member-case, reason: Des lecteurs l’ont.}⟧]}",
    fixable=True,
)
def allow_unused(_: Subject) -> tuple[Found, ...]:
    """A finding is allowed by `x-cynod-allow: [{rule: …, reason: …}]` on its node, or on a node above it.

    An allowance that hides no finding is one itself.
    """
    return ()  # judged once all other rules have spoken
