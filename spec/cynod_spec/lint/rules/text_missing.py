"""Texts that lack a language."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.model import At, Contract, Text


@rule(
    "text-missing",
    level="warning",
    says="the {what} has no words in {language}",
    hint="French stands in the document, English in locales/en.overlay.yaml; a code's message holds both",
    good="""
    CodeX99:
      const: X99
      title: Panne
      x-cynod:
        code: {name: internal, case: system, message: {fr: En panne, en: Out of order},
    """,
    bad="""
    ⟦CodeX99⟧:
      const: X99
      title: Panne
      x-cynod:
        code: {name: internal, case: system, message: {fr: En panne},
    """,
)
def text_missing(subject: Subject) -> Iterator[Found]:
    """What partners read exists in every language of the contract."""
    for at, what, text, needed in _texts(subject):
        if not text.fr and needed:
            yield at, {"what": what, "language": "French"}
        if "en" in subject.contract.languages and (text.fr or needed) and not text.en:
            yield at, {"what": what, "language": "English"}


def _texts(subject: Subject) -> Iterator[tuple[At, str, Text, bool]]:
    for code in subject.contract.codes:
        name = f"of the code {code.value}"
        yield code.at, f"title {name}", code.title, True
        yield code.at, f"description {name}", code.description, False
        yield code.at, f"message {name}", code.message, True
        yield code.at, f"provoke {name}", code.provoke, False
        yield code.at, f"unprovokable {name}", code.unprovokable, False
    for clause in subject.contract.clauses:
        yield clause.at, f"text of the clause {clause.id}", clause.text, True
    for operation in subject.contract.operations:
        yield operation.at, f"summary of {operation.key}", operation.summary, True
        yield operation.at, f"description of {operation.key}", operation.description, False
    for webhook in subject.contract.webhooks:
        yield webhook.at, f"summary of the webhook {webhook.name}", webhook.summary, True
        yield webhook.at, f"description of the webhook {webhook.name}", webhook.description, False
    yield from _introduction(subject.contract)


def _introduction(contract: Contract) -> Iterator[tuple[At, str, Text, bool]]:
    for tag in contract.tags:
        yield tag.at, f"title of the tag {tag.name}", tag.title, True
        yield tag.at, f"description of the tag {tag.name}", tag.description, False
    for actor in contract.actors:
        yield actor.at, f"title of the actor {actor.name}", actor.title, True
        yield actor.at, f"description of the actor {actor.name}", actor.description, True
    for page in contract.guide:
        yield page.at, f"title of the page {page.id}", page.title, True
        yield page.at, f"text of the page {page.id}", page.text, False
        for section in page.sections:
            name = f"of the section {page.id}#{section.id}"
            yield section.at, f"title {name}", section.title, True
            yield section.at, f"text {name}", section.text, False
