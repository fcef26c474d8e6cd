"""Pages of the guide: texts of the document, with data of the contract where a section asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.pages.envelopes import envelope_views
from cynod_generators.targets.docs.samples.messages import code_line
from cynod_generators.targets.docs.text.words import both
from cynod_spec.model import Contract, GuidePage, GuideSection, Shown, Text


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section; *shows* names the partial template that renders *shown*."""

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
    """The pages of the guide: those of the document, or else two default pages without text."""
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


def guide_view(page: GuidePage, site: LocalizedSite) -> GuideView:
    """The view of *page*."""
    sections = tuple(
        SectionView(
            id=section.id,
            title=site.text(section.title),
            text=site.rich(section.text, section.at),
            shows=section.shows,
            shown=_shown(section.shows, site),
        )
        for section in page.sections
    )
    return GuideView(site.text(page.title), site.rich(page.text, page.at), sections)


def _shown(part: Shown | None, site: LocalizedSite) -> Any:
    contract = site.contract
    if part == "servers":
        return servers(site)
    if part == "schemes":
        return [(each.name, site.rich(each.description, each.at)) for each in contract.security.schemes]
    if part == "scopes":
        return [
            (
                scope,
                site.text(words),
                [site.operation(each) for each in contract.operations if scope in each.scopes],
            )
            for scope, words in contract.security.scopes.items()
        ]
    if part == "envelopes":
        return envelope_views(site)
    if part == "refusals":
        known = {code.name: code for code in contract.codes}
        return [
            [code_line(known[name], site) for name in group if name in known] for group in contract.refusals
        ]
    return None


def servers(site: LocalizedSite) -> list[tuple[str, str]]:
    """Address and description of each server."""
    return [(server.url, site.text(server.description)) for server in site.contract.servers]
