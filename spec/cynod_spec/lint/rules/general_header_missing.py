"""Responses without a header that all answers have."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    header,
    responses,
)


@rule(
    "general-header-missing",
    says="this response for {status} does not declare the header {header}, which every answer carries",
    hint="refer to it under `headers`, as x-cynod.general.headers does",
    good="""
    description: La santé
    headers:
      Request-Id: {$ref: '#/components/headers/RequestId'}
    """,
    bad="""
    description: La santé
    """,
    reported_in="""
    ⟦'200'⟧:
      description: La santé
    """,
)
def general_header_missing(subject: Subject) -> Iterator[Found]:
    """What ``x-cynod.general.headers`` promises of every answer stands in every response as well."""
    for response in responses(subject.contract):
        for general in subject.contract.general_headers:
            if header(response, general.name) is None:
                yield response.at, {"status": response.status, "header": general.name}
