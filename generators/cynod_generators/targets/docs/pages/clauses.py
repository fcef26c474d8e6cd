"""The clauses: what the contract promises, group by group."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from cynod_generators.targets.docs.localized_site import Edition


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause; *level* is its key among the words."""

    id: str
    level: str
    level_title: str
    text: Markup
    source: str
    unchecked: Markup


@dataclass(frozen=True, slots=True)
class ClauseGroup:
    """The clauses whose ids begin alike."""

    name: str
    clauses: tuple[ClauseView, ...]


@dataclass(frozen=True, slots=True)
class ClausesView:
    """The page: every clause under its group."""

    groups: tuple[ClauseGroup, ...]


def clauses_view(edition: Edition) -> ClausesView:
    """Every clause under its group, in the document's order."""
    groups: dict[str, list[ClauseView]] = {}
    for clause in edition.contract.clauses:
        level = clause.level.lower()
        view = ClauseView(
            id=clause.id,
            level=level,
            level_title=str(getattr(edition.words, f"level_{level}")),
            text=edition.rich(clause.text, clause.at),
            source=clause.source,
            unchecked=edition.rich(clause.unchecked, clause.at),
        )
        groups.setdefault(clause.group, []).append(view)
    return ClausesView(tuple(ClauseGroup(name, tuple(views)) for name, views in groups.items()))
