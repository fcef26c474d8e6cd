"""The page of clauses, by group."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from cynod_generators.targets.docs.localized_site import LocalizedSite


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause; *level* is its key in the catalogue."""

    id: str
    level: str
    level_title: str
    text: Markup
    source: str
    unchecked: Markup


@dataclass(frozen=True, slots=True)
class ClauseGroup:
    """The clauses whose ids have the same prefix."""

    name: str
    clauses: tuple[ClauseView, ...]


@dataclass(frozen=True, slots=True)
class ClausesView:
    """The page: every clause under its group."""

    groups: tuple[ClauseGroup, ...]


def clauses_view(site: LocalizedSite) -> ClausesView:
    """Every clause under its group, in the document's order."""
    groups: dict[str, list[ClauseView]] = {}
    for clause in site.contract.clauses:
        level = clause.level.lower()
        view = ClauseView(
            id=clause.id,
            level=level,
            level_title=str(getattr(site.words, f"level_{level}")),
            text=site.rich(clause.text, clause.at),
            source=clause.source,
            unchecked=site.rich(clause.unchecked, clause.at),
        )
        groups.setdefault(clause.group, []).append(view)
    return ClausesView(tuple(ClauseGroup(name, tuple(views)) for name, views in groups.items()))
