"""The menu of every page, with the current page open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cynod_generators.targets.docs.addresses import CHANGES, CLAUSES, CODES, OVERVIEW, SCENARIOS, WEBHOOKS
from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.text.markdown import Anchor
from cynod_spec.model import GuidePage


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An entry of the menu; *below* is shown while its page is open."""

    anchor: Anchor
    current: bool
    below: tuple[MenuEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """Entries under one heading."""

    title: str
    entries: tuple[MenuEntry, ...]


def menu(
    site: LocalizedSite, guide: tuple[GuidePage, ...], current: str, parts: Iterable[Anchor]
) -> tuple[MenuGroup, ...]:
    """The menu for the page at *current*, whose sections are *parts*."""
    words = site.words
    sections = tuple(MenuEntry(part, current=False) for part in parts)

    def entry(anchor: Anchor) -> MenuEntry:
        here = anchor.href == site.up + current
        return MenuEntry(anchor, here, sections if here else ())

    pages = [site.page(OVERVIEW, words.overview)]
    pages += [site.page(page.id, site.text(page.title)) for page in guide]
    if site.workflows is not None:
        pages.append(site.page(SCENARIOS, words.scenarios))
    reference = [site.page(CODES, words.codes), site.page(CLAUSES, words.clauses)]
    if CHANGES in site.addresses.pages:
        reference.append(site.page(CHANGES, words.changes))
    families = [_family(name, site, current) for name in site.addresses.tags]
    if site.contract.webhooks:
        families.append(entry(site.page(WEBHOOKS, words.webhooks)))
    return (
        MenuGroup(words.guide, tuple(entry(anchor) for anchor in pages)),
        MenuGroup(words.apis, tuple(families)),
        MenuGroup(words.reference_pages, tuple(entry(anchor) for anchor in reference)),
    )


def _family(name: str, site: LocalizedSite, current: str) -> MenuEntry:
    """The entry of a tag; its operations are shown on its page and on their own."""
    tag = site.tag(name)
    operations = [each for each in site.contract.operations if each.tag == name]
    below = tuple(
        MenuEntry(site.operation(each), site.addresses.operation(each) == current) for each in operations
    )
    here = tag.href == site.up + current
    return MenuEntry(tag, here, below if here or any(each.current for each in below) else ())
