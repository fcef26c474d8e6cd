"""Operations that never succeed."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "success-missing",
    says="{operation} lists no answer of success",
    hint="add the response for 200, 201 or 204",
    good="""
    responses:
      '200':
        description: Le jeton
    """,
    bad="""
    responses:
      '302':
        description: Le jeton
    """,
    reported_in="""
    ⟦responses⟧:
      '302':
    """,
)
def success_missing(subject: Subject) -> Iterator[Found]:
    """An operation says what its success looks like."""
    for operation in subject.contract.operations:
        if not any(200 <= response.status < 300 for response in operation.responses):
            yield subject.below(operation.at, "responses"), {"operation": operation.key}
