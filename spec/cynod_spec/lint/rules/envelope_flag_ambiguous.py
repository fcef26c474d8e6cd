"""Envelopes that do not say whether it worked."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "envelope-flag-ambiguous",
    says="the flag of the case {case} must be a constant that tells success from failure; it is {what}",
    hint="give it a `const`: one for success, another for the three kinds of error",
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
      ⟦ok⟧: {type: boolean, x-cynod: {member: flag}}
    """,
)
def envelope_flag_ambiguous(subject: Subject) -> Iterator[Found]:
    """A client that knows no code yet reads from one constant whether its call succeeded."""
    envelopes = subject.contract.envelopes
    flag = envelopes["success"].member("flag")
    success = flag.schema.value.get("const") if flag else None
    for case, envelope in envelopes.items():
        flag = envelope.member("flag")
        if flag is None:
            continue
        if "const" not in flag.schema.value:
            yield flag.at, {"case": case, "what": "none"}
        elif case != "success" and flag.schema.value["const"] == success:
            yield flag.at, {"case": case, "what": f"{success!r}, as in a success"}
