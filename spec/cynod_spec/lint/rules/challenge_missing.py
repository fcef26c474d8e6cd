"""Answers 401 without a challenge."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    unannounced,
)


@rule(
    "challenge-missing",
    says="this response for {status} does not declare the header {header}",
    hint="RFC 9110 §11.6.1: every 401 says how to identify oneself",
    good="""
    Request-Id: {$ref: '#/components/headers/RequestId'}
    WWW-Authenticate: {$ref: '#/components/headers/Challenge'}
    """,
    bad="""
    Request-Id: {$ref: '#/components/headers/RequestId'}
    Authenticate: {$ref: '#/components/headers/Challenge'}
    """,
    reported_in="⟦Unknown⟧:",
)
def challenge_missing(subject: Subject) -> Iterator[Found]:
    """A caller that is refused for who it is learns by which schemes it can say so."""
    yield from unannounced(subject.contract, "WWW-Authenticate", 401)
