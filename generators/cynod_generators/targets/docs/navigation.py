"""The menu: the same on every page, but for what is open and where the reader is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cynod_generators.targets.docs.addresses import CHANGES, CLAUSES, CODES, OVERVIEW, SCENARIOS, WEBHOOKS
from cynod_generators.targets.docs.localized_site import Edition
from cynod_generators.targets.docs.text.markdown import Anchor
from cynod_spec.model import GuidePage


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu; *below* is shown while its page is open."""

    anchor: Anchor
    current: bool
    below: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading."""

    title: str
    entries: tuple[Entry, ...]


def menu(
    edition: Edition, guide: tuple[GuidePage, ...], current: str, parts: Iterable[Anchor]
) -> tuple[Group, ...]:
    """The menu seen from the page at *current*, whose own sections are *parts*."""
    words = edition.words
    sections = tuple(Entry(part, current=False) for part in parts)

    def entry(anchor: Anchor) -> Entry:
        here = anchor.href == edition.up + current
        return Entry(anchor, here, sections if here else ())

    pages = [edition.page(OVERVIEW, words.overview)]
    pages += [edition.page(page.id, edition.text(page.title)) for page in guide]
    if edition.workflows is not None:
        pages.append(edition.page(SCENARIOS, words.scenarios))
    reference = [edition.page(CODES, words.codes), edition.page(CLAUSES, words.clauses)]
    if CHANGES in edition.addresses.pages:
        reference.append(edition.page(CHANGES, words.changes))
    families = [_family(name, edition, current) for name in edition.addresses.tags]
    if edition.contract.webhooks:
        families.append(entry(edition.page(WEBHOOKS, words.webhooks)))
    return (
        Group(words.guide, tuple(entry(anchor) for anchor in pages)),
        Group(words.apis, tuple(families)),
        Group(words.reference_pages, tuple(entry(anchor) for anchor in reference)),
    )


def _family(name: str, edition: Edition, current: str) -> Entry:
    """The line of a tag; its operations are shown on its page and on theirs."""
    tag = edition.tag(name)
    operations = [each for each in edition.contract.operations if each.tag == name]
    below = tuple(
        Entry(edition.operation(each), edition.addresses.operation(each) == current) for each in operations
    )
    here = tag.href == edition.up + current
    return Entry(tag, here, below if here or any(each.current for each in below) else ())
