"""Clauses that nobody judges without a reason."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "clause-unreasoned",
    says="the clause {id} is {level} {what}",
    hint="a DECLARED clause says under `unchecked` why no check judges it",
    good="text: Un mois., unchecked: Nul ne le voit.}",
    bad="text: Un mois.}",
    reported_in="⟦SLA-1⟧:",
)
def clause_unreasoned(subject: Subject) -> Iterator[Found]:
    """A promise that is only printed says why nothing can prove it."""
    for clause in subject.contract.clauses:
        if clause.level == "DECLARED" and not clause.unchecked.fr:
            yield clause.at, {"id": clause.id, "level": clause.level, "what": "and gives no reason"}
