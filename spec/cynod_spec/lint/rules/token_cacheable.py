"""Tokens that a cache may keep."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    header,
)


@rule(
    "token-cacheable",
    says="the answer {status} of {operation} holds a token and declares no header Cache-Control",
    hint="RFC 6749 §5.1: `Cache-Control: no-store`",
    good="""
    description: Le jeton
    headers:
      Request-Id: {$ref: '#/components/headers/RequestId'}
      Cache-Control: {$ref: '#/components/headers/CacheControl'}
    """,
    bad="""
    description: Le jeton
    headers:
      Request-Id: {$ref: '#/components/headers/RequestId'}
      Cache: {$ref: '#/components/headers/CacheControl'}
    """,
    reported_in="""
    ⟦'200'⟧:
      description: Le jeton
    """,
)
def token_cacheable(subject: Subject) -> Iterator[Found]:
    """No cache keeps an answer that holds a token."""
    for operation in subject.contract.all("token"):
        for response in operation.responses:
            if 200 <= response.status < 300 and header(response, "Cache-Control") is None:
                yield response.at, {"status": response.status, "operation": operation.key}
