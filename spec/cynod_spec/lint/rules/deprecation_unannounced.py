"""Deprecated schemes that answers keep silent about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    header,
)

_HEADERS: Final = ("Deprecation", "Link")


@rule(
    "deprecation-unannounced",
    level="warning",
    says="{operation} accepts a deprecated scheme, and its answer {status} declares no header {header}",
    hint="RFC 9745: declare Deprecation and Link",
    good="""
    description: Une page
    headers:
      Request-Id: {$ref: '#/components/headers/RequestId'}
      Deprecation: {$ref: '#/components/headers/Deprecation'}
      Link: {$ref: '#/components/headers/Link'}
    """,
    bad="""
    description: Une page
    headers:
      Request-Id: {$ref: '#/components/headers/RequestId'}
      Deprecation: {$ref: '#/components/headers/Deprecation'}
    """,
    reported_in="""
    ⟦'200'⟧:
      description: Une page
    """,
)
def deprecation_unannounced(subject: Subject) -> Iterator[Found]:
    """A partner that still uses a deprecated scheme is told so by every answer of success."""
    old = {
        name
        for name, scheme in subject.root.members("components", "securitySchemes")
        if scheme.resolved().extension("deprecated-at") is not None
    }
    for operation in subject.contract.operations:
        for response in operation.responses if old.intersection(operation.schemes) else ():
            for name in _HEADERS if 200 <= response.status < 300 else ():
                if header(response, name) is None:
                    words = {"operation": operation.key, "status": response.status, "header": name}
                    yield response.at, words
