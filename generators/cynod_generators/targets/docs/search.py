"""What a page searches: titles and addresses, in a script, since ``file://`` lets nothing be fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator

from cynod_generators.targets.docs.addresses import CLAUSES, CODES, SCENARIOS, WEBHOOKS
from cynod_generators.targets.docs.edition import Edition
from cynod_generators.targets.docs.scenarios import anchors
from cynod_spec.model import GuidePage


def index(edition: Edition, guide: tuple[GuidePage, ...]) -> bytes:
    """The script that holds the index of *edition*."""
    entries = json.dumps(list(_entries(edition, guide)), ensure_ascii=True, separators=(",", ":"))
    return f"window.searchIndex={entries};\n".encode()


def _entries(edition: Edition, guide: tuple[GuidePage, ...]) -> Iterator[tuple[str, str, str]]:
    """Title, note and address of everything that has a place of its own."""
    contract = edition.contract
    for page in guide:
        title, address = edition.text(page.title), edition.addresses.pages[page.id]
        yield title, "", address
        for section in page.sections:
            yield edition.text(section.title), title, f"{address}#{section.id}"
    for name, title in ((CODES, edition.words.codes), (CLAUSES, edition.words.clauses)):
        yield title, "", edition.addresses.pages[name]
    if edition.workflows is not None:
        address = edition.addresses.pages[SCENARIOS]
        yield edition.words.scenarios, "", address
        for workflow, anchor in zip(edition.workflows.workflows, anchors(edition.workflows), strict=True):
            title = edition.text(workflow.summary) or workflow.id
            yield title, edition.words.scenarios, f"{address}#{anchor}"
    for webhook in contract.webhooks:
        yield edition.text(webhook.summary) or webhook.name, webhook.name, edition.addresses.pages[WEBHOOKS]
    for name in edition.addresses.tags:
        yield edition.tag(name).text, "", edition.addresses.tags[name]
    for operation in contract.operations:
        yield edition.operation(operation).text, operation.key, edition.addresses.operation(operation)
    for code in contract.codes:
        yield f"{code.value} {edition.text(code.title)}", code.name, edition.addresses.code(code)
    for clause in contract.clauses:
        yield clause.id, edition.text(clause.text), edition.addresses.clause(clause)
