"""Codes in an envelope of another case."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import responses


@rule(
    "code-case",
    says="the code {code} is of the case {case}, the envelope of this response of the case {envelope}",
    hint="build the response on the envelope of the case {case}, or correct the code",
    good="""
    name: pass-unknown
    case: functional
    """,
    bad="""
    name: pass-unknown
    case: system
    """,
    reported_in="⟦NoSuchPass⟧:",
)
def code_case(subject: Subject) -> Iterator[Found]:
    """The case of a code and the envelope that carries it agree."""
    for response in responses(subject.contract):
        for code in response.codes:
            if code.case != response.case:
                yield response.at, {"code": code.value, "case": code.case, "envelope": response.case}
