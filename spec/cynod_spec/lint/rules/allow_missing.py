"""Answers 405 that do not say what is allowed."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    unannounced,
)


@rule(
    "allow-missing",
    says="this response for {status} does not declare the header {header}",
    hint="RFC 9110 §15.5.6: every 405 lists the methods of its path",
    good="""
    Request-Id: {$ref: '#/components/headers/RequestId'}
    Allow: {$ref: '#/components/headers/Allow'}
    """,
    bad="""
    Request-Id: {$ref: '#/components/headers/RequestId'}
    Allowed: {$ref: '#/components/headers/Allow'}
    """,
    reported_in="⟦NoSuchMethod⟧:",
)
def allow_missing(subject: Subject) -> Iterator[Found]:
    """A caller that uses another method learns which ones there are."""
    yield from unannounced(subject.contract, "Allow", 405)
