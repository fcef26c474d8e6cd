"""Allowances without a reason."""

from __future__ import annotations

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "allow-unreasoned",
    says="the rule {rule} is allowed here without a reason",
    hint="add `reason:` and a sentence that will convince the next reader",
    good="old_total: {type: integer, x-cynod-allow: [{rule: member-case, reason: Des lecteurs l’ont.}]}",
    bad="old_total: {type: integer, x-cynod-allow: [⟦{rule: member-case}⟧]}",
)
def allow_unreasoned(_: Subject) -> tuple[Found, ...]:
    """Whoever allows a finding in `x-cynod-allow` says why."""
    return ()  # judged once all other rules have spoken
