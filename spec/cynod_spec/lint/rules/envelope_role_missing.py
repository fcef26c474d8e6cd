"""Envelopes without an indispensable member."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule

_NEEDED: Final = {"success": ("flag", "code", "message", "data")}
_OTHERS: Final = ("flag", "code", "message")


@rule(
    "envelope-role-missing",
    says="no member of the envelope of the case {case} plays the role {role}",
    hint="write `x-cynod: {{member: {role}}}` in the member's schema",
    good="""
    x-cynod: {envelope: system}
    required: [ok, code, message, debug]
    properties:
      ok: {const: false, x-cynod: {member: flag}}
    """,
    bad="""
    x-cynod: {envelope: system}
    required: [ok, code, message, debug]
    properties:
      ok: {const: false}
    """,
    reported_in="⟦Broken⟧:",
)
def envelope_role_missing(subject: Subject) -> Iterator[Found]:
    """A client finds in each envelope whether it worked, the internal code and a message."""
    for case, envelope in subject.contract.envelopes.items():
        for role in _NEEDED.get(case, _OTHERS):
            if envelope.member(role) is None:
                yield envelope.at, {"case": case, "role": role}
