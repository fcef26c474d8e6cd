"""The search index of each language, as a script: pages opened by ``file://`` cannot fetch data.

An entry is a place of the site with its title, its context, its address and its text. The search looks into
all of these but the address.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import singledispatch
from typing import Any, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.pages.clauses import ClausesView
from cynod_generators.targets.docs.pages.codes import CodesView
from cynod_generators.targets.docs.pages.families import FamilyView
from cynod_generators.targets.docs.pages.guide import GuideView, SectionView
from cynod_generators.targets.docs.pages.operations import OperationView
from cynod_generators.targets.docs.pages.overview import OverviewView
from cynod_generators.targets.docs.pages.page import Page
from cynod_generators.targets.docs.pages.scenarios import ScenariosView, ScenarioView
from cynod_generators.targets.docs.pages.webhooks import WebhooksView
from cynod_generators.targets.docs.schema_tables.tables import TableRow
from cynod_spec.output.control_characters import folded


class SearchEntry(NamedTuple):
    """A place of the site. An *address* that begins with ``#`` is on the page being indexed."""

    title: str
    where: str
    address: str
    text: str


def index(pages: Iterable[Page], site: LocalizedSite) -> bytes:
    """The script that holds the index of *pages*, those of *site*."""
    found = [_whole(entry, page) for page in pages for entry in _entries(page.view, page, site)]
    entries = json.dumps(list(dict.fromkeys(found)), ensure_ascii=True, separators=(",", ":"))
    return f"window.searchIndex={entries};\n".encode()


def _whole(entry: SearchEntry, page: Page) -> SearchEntry:
    """*entry* with its address from the folder of the language, and each text on one line."""
    title, where, address, text = entry
    place = page.address + address if address.startswith("#") or not address else address
    return SearchEntry(folded(title), folded(where), place, folded(text))


def _prose(*parts: str) -> str:
    """*parts* as plain text; tags are removed from those that are HTML."""
    return " ".join(part.striptags() if isinstance(part, Markup) else part for part in parts if part)


@singledispatch
def _entries(view: Any, page: Page, site: LocalizedSite) -> Iterator[SearchEntry]:
    """The entries of a page that shows *view*; for an unregistered type of view, only its title."""
    yield SearchEntry(page.title, "", "", "")


@_entries.register
def _overview(view: OverviewView, page: Page, site: LocalizedSite) -> Iterator[SearchEntry]:
    texts = [*(f"{address} {text}" for address, text in view.servers), *(step.text for step in view.steps)]
    yield SearchEntry(page.title, "", "", _prose(view.description, *texts))


@_entries.register
def _guide(view: GuideView, page: Page, site: LocalizedSite) -> Iterator[SearchEntry]:
    yield SearchEntry(view.title, "", "", _prose(view.text))
    for section in view.sections:
        yield SearchEntry(section.title, view.title, f"#{section.id}", _prose(section.text, *_shown(section)))
        for envelope in section.shown if section.shows == "envelopes" else ():
            title, place = envelope.title, f"#{section.id}-{envelope.case}"
            yield SearchEntry(title, section.title, place, _prose(envelope.description))
            yield from _rows(envelope.members, title)


def _shown(section: SectionView) -> Iterator[str]:
    """The texts of what *section* shows from elsewhere in the document."""
    if section.shows == "scopes":
        for scope, text, _ in section.shown:
            yield from (scope, text)
    elif section.shows in ("schemes", "servers"):
        for first, second in section.shown:
            yield from (first, second)


@_entries.register
def _scenarios(view: ScenariosView, page: Page, site: LocalizedSite) -> Iterator[SearchEntry]:
    yield SearchEntry(page.title, "", "", _prose(view.lead))
    for scenario in view.scenarios:
        yield SearchEntry(scenario.title, page.title, f"#{scenario.anchor}", _prose(*_of_scenario(scenario)))


def _of_scenario(scenario: ScenarioView) -> Iterator[str]:
    yield scenario.description
    for name, text in scenario.inputs:
        yield from (name, text)
    for step in scenario.steps:
        yield step.text
        yield from step.expected
        yield from (outcome.text for outcome in (*step.then, *step.otherwise))


@_entries.register
def _family(view: FamilyView, page: Page, site: LocalizedSite) -> Iterator[SearchEntry]:
    yield SearchEntry(view.title, "", "", _prose(view.description, *view.actors))


@_entries.register
def _operation(view: OperationView, page: Page, site: LocalizedSite) -> Iterator[SearchEntry]:
    words = site.words
    yield SearchEntry(
        view.title, f"{view.method} {view.path}", "", _prose(view.id, view.description, *view.scopes)
    )
    yield from _rows(view.parameters, f"{view.title} › {words.parameters}")
    yield from _rows(view.members, f"{view.title} › {words.body}")
    told: set[str] = set()  # a header of several answers is found once
    for answer in view.answers:
        where = f"{view.title} › {answer.status}"
        yield from _rows(answer.members, where)
        yield from _rows([each for each in answer.headers if each.name not in told], where)
        told.update(each.name for each in answer.headers)


def _rows(rows: Iterable[TableRow], where: str) -> Iterator[SearchEntry]:
    """An entry for each of *rows* that has a name."""
    for row in rows:
        if row.name:
            texts = (row.label, row.kind, *row.marks, *row.bounds, row.description)
            yield SearchEntry(row.prefix + row.name, where, f"#{row.anchor}", _prose(*texts))


@_entries.register
def _webhooks(view: WebhooksView, page: Page, site: LocalizedSite) -> Iterator[SearchEntry]:
    yield SearchEntry(page.title, "", "", "")
    for webhook in view.webhooks:
        yield SearchEntry(webhook.title, webhook.name, f"#{webhook.anchor}", _prose(webhook.description))
        yield from _rows((*webhook.parameters, *webhook.members), webhook.title)
    for how in view.verifications:
        words = site.words
        yield SearchEntry(words.verify, page.title, f"#{how.anchor}", _prose(words.verify_lead, *how.steps))


@_entries.register
def _codes(view: CodesView, page: Page, site: LocalizedSite) -> Iterator[SearchEntry]:
    yield SearchEntry(page.title, "", "", "")
    for group in view.groups:
        for code in group.codes:
            messages = (text for _, text in code.messages)
            text = _prose(code.description, *messages, code.provoke, code.unprovokable)
            title = f"{code.value} {code.title}"
            yield SearchEntry(title, f"{page.title} › {group.title}", f"#{quote(code.value, safe='')}", text)


@_entries.register
def _clauses(view: ClausesView, page: Page, site: LocalizedSite) -> Iterator[SearchEntry]:
    yield SearchEntry(page.title, "", "", "")
    for group in view.groups:
        for clause in group.clauses:
            text = _prose(clause.text, clause.source, clause.unchecked)
            yield SearchEntry(clause.id, page.title, f"#{quote(clause.id, safe='')}", text)
