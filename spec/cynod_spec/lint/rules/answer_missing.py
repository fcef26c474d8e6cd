"""Operations that lack an answer which all others have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.model import Operation

_Lacking = tuple[Operation, int, str]  # an operation, the status that it lacks, and why it should have it
_NAMING: Final = ("id", "parent", "card", "number")
"""The roles of a request that name something which may not exist."""
_NOT_FOUND: Final = 404
_MIN_OPERATIONS: Final = (
    4  # operations that have something in common, before one of them is told from the others
)


@rule(
    "answer-missing",
    level="warning",
    says="{operation} lists no response for {status}, {why}",
    hint="list it, or accept its absence by x-cynod-allow",
    good="""
    '403': {$ref: '#/components/responses/Forbidden'}
    '500': {$ref: '#/components/responses/Failure'}
    """,
    bad="""
    '403': {$ref: '#/components/responses/Forbidden'}
    """,
    reported_in="""
    ⟦responses⟧:
      '200':
        description: Une page
    """,
)
def answer_missing(subject: Subject) -> Iterator[Found]:
    """A status that every operation of a kind lists but one was probably forgotten or removed there.

    The kinds: all operations, those outside RFC 6749 and 7009, those that ask who calls. 401 and 403 are left
    to ``identity-unanswered``. An operation that names a resource lists 404.
    """
    reported: set[tuple[str, int]] = set()
    for operation, status, why in (*_unlike_others(subject), *_without_not_found(subject)):
        if (operation.key, status) not in reported:
            reported.add((operation.key, status))
            words = {"operation": operation.key, "status": status, "why": why}
            yield subject.below(operation.at, "responses"), words


def _unlike_others(subject: Subject) -> Iterator[_Lacking]:
    for group, members in _groups(subject):
        if len(members) < _MIN_OPERATIONS:
            continue
        counted = Counter(status for each in members for status in {r.status for r in each.responses})
        for status in sorted(counted):
            is_refusal = status >= 400 and status not in (401, 403)
            if is_refusal and counted[status] == len(members) - 1:
                lacking = next(each for each in members if each.response(status) is None)
                yield lacking, status, f"which every other operation {group} lists"


def _without_not_found(subject: Subject) -> Iterator[_Lacking]:
    for operation in subject.contract.operations:
        if not operation.request.keys().isdisjoint(_NAMING) and operation.response(_NOT_FOUND) is None:
            yield operation, _NOT_FOUND, "though what it names may not exist"


def _groups(subject: Subject) -> Iterator[tuple[str, list[Operation]]]:
    operations = list(subject.contract.operations)
    yield "of the contract", operations
    yield "but those of OAuth", [each for each in operations if not each.is_oauth]
    yield "that asks who calls", [each for each in operations if not each.public]
