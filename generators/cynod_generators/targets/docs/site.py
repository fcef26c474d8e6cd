"""Renders every page of the site: makes the views, and the files from templates and assets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from cynod_generators.emit.templates import html_templates
from cynod_generators.targets.docs import addresses, search
from cynod_generators.targets.docs.addresses import CHANGES, CLAUSES, CODES, OVERVIEW, SCENARIOS, WEBHOOKS
from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.navigation import menu
from cynod_generators.targets.docs.pages.clauses import clauses_view
from cynod_generators.targets.docs.pages.codes import codes_view
from cynod_generators.targets.docs.pages.families import family_view
from cynod_generators.targets.docs.pages.guide import guide_pages, guide_view
from cynod_generators.targets.docs.pages.operations import operation_view
from cynod_generators.targets.docs.pages.overview import overview_view
from cynod_generators.targets.docs.pages.page import Page
from cynod_generators.targets.docs.pages.scenarios import scenarios_view
from cynod_generators.targets.docs.pages.webhooks import webhooks_view
from cynod_generators.targets.docs.text.markdown import Anchor
from cynod_generators.targets.docs.text.words import words
from cynod_spec.diff import Comparison
from cynod_spec.diff.formats.html import fragment
from cynod_spec.model import Contract, GuidePage
from cynod_spec.output.control_characters import multi_line
from cynod_spec.workflows.model import Workflows

_HERE: Final = Path(__file__).parent


class Site:
    """The site of one contract and of the scenarios that come with it.

    *changes* is how the contract differs from a former one, or None.
    """

    def __init__(
        self, contract: Contract, workflows: Workflows | None = None, changes: Comparison | None = None
    ) -> None:
        self._contract = contract
        self._workflows = workflows
        self._changes = changes
        self._guide = guide_pages(contract)
        self._addresses = addresses.plan(contract, self._guide, has_changes=changes is not None)
        self._templates = html_templates(_HERE / "templates")

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Path and content of every file."""
        for asset in sorted((_HERE / "assets").iterdir()):
            yield f"assets/{asset.name}", asset.read_bytes()
        sites = [
            LocalizedSite.of(self._contract, each, self._addresses, self._workflows)
            for each in self._contract.languages
        ]
        yield (
            "index.html",
            self._render("choose.html.j2", {"sites": sites, "title": self._title(sites[0])}),
        )
        for site in sites:
            pages = list(self._pages(site))
            yield f"{site.language}/search.js", search.index(pages, site)
            for page in pages:
                yield f"{site.language}/{page.address}", self._page(page, site.at(page.address))

    def _page(self, page: Page, site: LocalizedSite) -> bytes:
        return self._render(
            page.template,
            {
                "page": page,
                "view": page.view,
                "w": site.words,
                "language": site.language,
                "languages": [
                    (each, words(each).this_language, f"{site.up}../{each}/{page.address}")
                    for each in self._contract.languages
                ],
                "up": site.up,
                "home": site.page(OVERVIEW, self._title(site)),
                "version": self._contract.version,
                "menu": menu(site, self._guide, page.address, page.parts),
            },
        )

    def _render(self, template: str, context: dict[str, Any]) -> bytes:
        return multi_line(self._templates.get_template(template).render(context)).encode()

    def _title(self, site: LocalizedSite) -> str:
        return site.text(self._contract.words("/info/title"))

    def _pages(self, top: LocalizedSite) -> Iterator[Page]:
        """Every page in the site *top*, each view made as seen from its page."""
        place, w = self._addresses, top.words
        yield Page(place.pages[OVERVIEW], "overview.html.j2", w.overview, overview_view(top))
        for page in self._guide:
            yield self._guide_page(page, top)
        if self._workflows is not None:
            scenes = scenarios_view(self._workflows, top)
            parts = tuple(Anchor(f"#{each.anchor}", each.title) for each in scenes.scenarios)
            yield Page(place.pages[SCENARIOS], "scenarios.html.j2", w.scenarios, scenes, parts)
        for name, address in place.tags.items():
            view = family_view(name, top.at(address))
            yield Page(address, "family.html.j2", view.title, view)
        for operation in self._contract.operations:
            address = place.operation(operation)
            shown = operation_view(operation, top.at(address))
            yield Page(address, "operation.html.j2", shown.title, shown)
        if self._contract.webhooks:
            webhooks = webhooks_view(top)
            parts = (
                *(Anchor(f"#{each.anchor}", each.title) for each in webhooks.webhooks),
                *(Anchor(f"#{each.anchor}", w.verify) for each in webhooks.verifications),
            )
            yield Page(place.pages[WEBHOOKS], "webhooks.html.j2", w.webhooks, webhooks, parts)
        codes = codes_view(top)
        parts = tuple(Anchor(f"#{group.case}", group.title) for group in codes.groups)
        yield Page(place.pages[CODES], "codes.html.j2", w.codes, codes, parts)
        clauses = clauses_view(top)
        parts = tuple(Anchor(f"#{group.name}", group.name) for group in clauses.groups)
        yield Page(place.pages[CLAUSES], "clauses.html.j2", w.clauses, clauses, parts)
        if self._changes is not None:
            told = Markup(fragment(self._changes, top.language))  # escaped where it is made
            yield Page(place.pages[CHANGES], "changes.html.j2", w.changes, told)

    def _guide_page(self, page: GuidePage, site: LocalizedSite) -> Page:
        view = guide_view(page, site)
        parts = tuple(Anchor(f"#{section.id}", section.title) for section in view.sections)
        return Page(self._addresses.pages[page.id], "guide.html.j2", view.title, view, parts)
