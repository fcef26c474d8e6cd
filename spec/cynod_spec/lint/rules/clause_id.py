"""Identifiers of clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.model import At

_ID = re.compile(r"[A-Z]{3}-[1-9][0-9]*")


@rule(
    "clause-id",
    says="{id} is no identifier of a clause",
    hint="three capital letters, a dash, a number: TOK-1",
)
def clause_id(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """A clause is found by its identifier in the document, the code and the reports alike."""
    for clause in subject.contract.clauses:
        if not _ID.fullmatch(clause.id):
            yield clause.at, {"id": clause.id}
