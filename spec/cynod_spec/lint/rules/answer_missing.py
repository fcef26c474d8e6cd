"""Operations that lack an answer which all others have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.model import Operation

_FEWEST: Final = 4  # operations that have something in common, before one of them is told from the others


@rule(
    "answer-missing",
    level="warning",
    says="{operation} lists no response for {status}, which every other operation {group} lists",
    hint="list it, or accept its absence by x-cynod-allow",
    good="""
    '403': {$ref: '#/components/responses/Forbidden'}
    '500': {$ref: '#/components/responses/Failure'}
    """,
    bad="""
    '403': {$ref: '#/components/responses/Forbidden'}
    """,
    spot="""
    ⟦responses⟧:
      '200':
        description: Une page
    """,
)
def answer_missing(subject: Subject) -> Iterator[Found]:
    """A status that every operation of a kind lists but one was probably forgotten or removed there.

    The kinds: all operations, those outside RFC 6749 and 7009, those that ask who calls. 401 and 403 are left
    to ``identity-unanswered``.
    """
    reported: set[tuple[str, int]] = set()
    for group, members in _groups(subject):
        if len(members) < _FEWEST:
            continue
        counted: dict[int, int] = {}
        for operation in members:
            for status in {response.status for response in operation.responses if response.status >= 400}:
                counted[status] = counted.get(status, 0) + 1
        for status in sorted(status for status, count in counted.items() if count == len(members) - 1):
            lacking = next(each for each in members if each.response(status) is None)
            if status not in (401, 403) and (lacking.key, status) not in reported:
                reported.add((lacking.key, status))
                words = {"operation": lacking.key, "status": status, "group": group}
                yield subject.below(lacking.at, "responses"), words


def _groups(subject: Subject) -> Iterator[tuple[str, list[Operation]]]:
    operations = list(subject.contract.operations)
    yield "of the contract", operations
    yield "but those of OAuth", [each for each in operations if not each.is_oauth]
    yield "that asks who calls", [each for each in operations if not each.public]
