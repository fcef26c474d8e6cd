"""Members of envelopes that may be missing."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "envelope-member-optional",
    says="the member {member} of the envelope of the case {case} may be missing",
    hint="list it under `required`: a reader counts on every member of an envelope",
    good="required: [ok, code, message, debug, more]",
    bad="required: [ok, code, message, debug]",
    reported_in="⟦more⟧: {type: [object, 'null'], x-cynod: {member: more}}",
)
def envelope_member_optional(subject: Subject) -> Iterator[Found]:
    """Every member of an envelope is required; one that has nothing to say is null."""
    for case, envelope in subject.contract.envelopes.items():
        for member in envelope.members:
            if len(member.path) == 1 and not member.required:
                yield member.at, {"member": member.name, "case": case}
