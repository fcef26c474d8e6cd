"""Operations that refuse strangers without saying how."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "identity-unanswered",
    says="{operation} asks {what}, and lists no response for {status}",
    hint="list it, with the codes of that refusal",
    good="""
    '401': {$ref: '#/components/responses/Unknown'}
    '403': {$ref: '#/components/responses/Forbidden'}
    '429': {$ref: '#/components/responses/TooMany'}
    """,
    bad="""
    '403': {$ref: '#/components/responses/Forbidden'}
    '429': {$ref: '#/components/responses/TooMany'}
    """,
    reported_in="""
    ⟦responses⟧:
      '201':
        description: Le laissez-passer est émis
    """,
)
def identity_unanswered(subject: Subject) -> Iterator[Found]:
    """An operation that asks who calls lists 401, one that asks for a scope 403."""
    for operation in subject.contract.operations:
        for status, what in ((401, "who calls"), (403, "for a scope")):
            needed = bool(operation.scopes) if status == 403 else not operation.public
            if needed and operation.response(status) is None:
                words = {"operation": operation.key, "what": what, "status": status}
                yield subject.below(operation.at, "responses"), words
