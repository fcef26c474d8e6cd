"""Codes of another form than their envelope's."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "code-malformed",
    says="the code {code} is not what the member {member} of its envelope allows: {problem}",
    hint="correct the code, or the schema of that member",
    good="""
    CodeX99:
      const: X99
    """,
    bad="""
    CodeX99:
      ⟦const⟧: X999
    """,
)
def code_malformed(subject: Subject) -> Iterator[Found]:
    """A code passes the schema of the member that carries it, else no response could."""
    for code in subject.contract.codes:
        carrier = subject.contract.envelopes[code.case].member("code")
        if carrier is not None:
            for problem in subject.validators.errors(carrier.schema, code.value)[:1]:
                words = {"code": code.value, "member": carrier.name, "problem": problem.message}
                yield subject.below(code.at, "const"), words
