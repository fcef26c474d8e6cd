"""Answers that ask for patience without saying how much."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    unannounced,
)


@rule(
    "retry-after-missing",
    says="this response for {status} does not declare the header {header}",
    hint="RFC 9110 §10.2.3: say when another attempt makes sense",
    good="""
    Request-Id: {$ref: '#/components/headers/RequestId'}
    Retry-After: {$ref: '#/components/headers/RetryAfter'}
    """,
    bad="""
    Request-Id: {$ref: '#/components/headers/RequestId'}
    Retry: {$ref: '#/components/headers/RetryAfter'}
    """,
    reported_in="⟦TooMany⟧:",
)
def retry_after_missing(subject: Subject) -> Iterator[Found]:
    """A client that is throttled, or meets an outage, waits as long as it is told."""
    yield from unannounced(subject.contract, "Retry-After", 429, 503)
