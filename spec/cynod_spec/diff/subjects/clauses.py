"""Clauses: promises that came, went, grew stronger or weaker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.diff.changes import ApiLocation, Change
from cynod_spec.diff.emit import change, differ
from cynod_spec.diff.subjects.both import Contracts, Documents
from cynod_spec.model import Clause, Level

SPOT: Final = ApiLocation()
_STRENGTH: Final[tuple[Level, ...]] = ("DECLARED", "SHOULD", "MUST")


def clauses(contracts: Contracts, both: Documents) -> Iterator[Change]:
    """The clauses of both documents, by id."""
    old = {clause.id: clause for clause in contracts.old.clauses}
    new = {clause.id: clause for clause in contracts.new.clauses}
    roots = both.old.need("x-cynod"), both.new.need("x-cynod")
    place = roots[0].get("clauses") or roots[0], roots[1].get("clauses") or roots[1]
    for id, clause in old.items():
        if id not in new:
            rule = f"clause-{clause.level.lower()}-dropped"
            yield change(rule, "contract", clause.at, place[1], SPOT, id=id)
        else:
            yield from _clause(clause, new[id])
    for id, clause in new.items():
        if id not in old:
            rule = f"clause-{clause.level.lower()}-added"
            yield change(rule, "contract", place[0], clause.at, SPOT, id=id)


def _clause(old: Clause, new: Clause) -> Iterator[Change]:
    at = old.at, new.at
    if old.level != new.level:
        stronger = _STRENGTH.index(new.level) > _STRENGTH.index(old.level)
        words = {"id": new.id, "before": old.level, "after": new.level}
        rule = "clause-strengthened" if stronger else "clause-weakened"
        yield change(rule, "contract", at[0], at[1], SPOT, **words)
    if differ(old.text, new.text):
        yield change("clause-text-changed", "contract", at[0], at[1], SPOT, id=new.id)
    for keyword in ("layer", "tier", "source"):
        before, after = getattr(old, keyword), getattr(new, keyword)
        if before != after:
            words = {"id": new.id, "keyword": keyword, "before": before, "after": after}
            yield change("clause-judged-otherwise", "contract", at[0], at[1], SPOT, **words)
