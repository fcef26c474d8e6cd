"""Identifiers of clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule

_ID = re.compile(r"[A-Z]{3}-[1-9][0-9]*")


@rule(
    "clause-id",
    says="{id} is no identifier of a clause",
    hint="three capital letters, a dash, a number: TOK-1",
    good="TOK-1: {level: MUST,",
    bad="⟦TOK_1⟧: {level: MUST,",
)
def clause_id(subject: Subject) -> Iterator[Found]:
    """A clause is found by its identifier in the document, the code and the reports alike."""
    for clause in subject.contract.clauses:
        if not _ID.fullmatch(clause.id):
            yield clause.at, {"id": clause.id}
