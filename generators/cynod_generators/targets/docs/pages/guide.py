"""Pages of the guide: the document's words, with what the document itself says where a section shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from cynod_generators.targets.docs.localized_site import Edition
from cynod_generators.targets.docs.pages.envelopes import envelope_views
from cynod_generators.targets.docs.samples.messages import code_line
from cynod_generators.targets.docs.text.words import both
from cynod_spec.model import Contract, GuidePage, GuideSection, Shown, Text


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section: *shows* names the template's part that draws *shown*."""

    id: str
    title: str
    text: Markup
    shows: Shown | None
    shown: Any


@dataclass(frozen=True, slots=True)
class GuideView:
    """A page of the guide."""

    title: str
    text: Markup
    sections: tuple[SectionView, ...]


def guide_pages(contract: Contract) -> tuple[GuidePage, ...]:
    """The pages of the guide: those of the document, or two bare ones that show what every reader needs."""
    if contract.guide:
        return contract.guide
    at = contract.security.at
    bare: tuple[tuple[str, tuple[Shown, ...]], ...] = (
        ("security", ("servers", "schemes", "scopes")),
        ("exchanges", ("envelopes", "refusals")),
    )
    return tuple(
        GuidePage(
            id,
            both(id),
            Text(""),
            tuple(GuideSection(part, both(part), Text(""), part, at) for part in parts),
            at,
        )
        for id, parts in bare
    )


def guide_view(page: GuidePage, edition: Edition) -> GuideView:
    """The view of *page*."""
    sections = tuple(
        SectionView(
            id=section.id,
            title=edition.text(section.title),
            text=edition.rich(section.text, section.at),
            shows=section.shows,
            shown=_shown(section.shows, edition),
        )
        for section in page.sections
    )
    return GuideView(edition.text(page.title), edition.rich(page.text, page.at), sections)


def _shown(part: Shown | None, edition: Edition) -> Any:
    contract = edition.contract
    if part == "servers":
        return servers(edition)
    if part == "schemes":
        return [(each.name, edition.rich(each.description, each.at)) for each in contract.security.schemes]
    if part == "scopes":
        return [
            (
                scope,
                edition.text(words),
                [edition.operation(each) for each in contract.operations if scope in each.scopes],
            )
            for scope, words in contract.security.scopes.items()
        ]
    if part == "envelopes":
        return envelope_views(edition)
    if part == "refusals":
        known = {code.name: code for code in contract.codes}
        return [
            [code_line(known[name], edition) for name in group if name in known]
            for group in contract.refusals
        ]
    return None


def servers(edition: Edition) -> list[tuple[str, str]]:
    """Address and description of each server."""
    return [(server.url, edition.text(server.description)) for server in edition.contract.servers]
