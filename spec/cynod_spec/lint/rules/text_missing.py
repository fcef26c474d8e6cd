"""Texts that lack a language."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.location import SourceLocation
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.texts import alias_places
from cynod_spec.model import Contract, Text


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
    """What partners read exists in every language of the contract, wherever it stands.

    Of the texts that every contract needs (titles of codes, summaries of operations, clauses…) the French is
    missed as well. English that stands in an overlay which cannot be read is not missed: the overlay is.
    """
    for at, what, text in _needed(subject.contract):
        if not text.fr:
            yield at, {"what": what, "language": "French"}
    if "en" not in subject.contract.languages:
        return
    for code in subject.contract.codes:
        if not code.message.en:
            yield code.at, {"what": f"message of the code {code.value}", "language": "English"}
    if not subject.source.unread:
        for place in (*subject.places, *alias_places(subject.traversal)):
            if not place.text.en:
                yield place.at, {"what": place.described, "language": "English"}


def _needed(contract: Contract) -> Iterator[tuple[SourceLocation, str, Text]]:
    """The texts that no contract may lack."""
    for code in contract.codes:
        yield code.at, f"title of the code {code.value}", code.title
        yield code.at, f"message of the code {code.value}", code.message
    for clause in contract.clauses:
        yield clause.at, f"text of the clause {clause.id}", clause.text
    for operation in contract.operations:
        yield operation.at, f"summary of {operation.key}", operation.summary
    for webhook in contract.webhooks:
        yield webhook.at, f"summary of the webhook {webhook.name}", webhook.summary
    for tag in contract.tags:
        yield tag.at, f"title of the tag {tag.name}", tag.title
    for actor in contract.actors:
        yield actor.at, f"title of the actor {actor.name}", actor.title
        yield actor.at, f"description of the actor {actor.name}", actor.description
    for page in contract.guide:
        yield page.at, f"title of the page {page.id}", page.title
        for section in page.sections:
            yield section.at, f"title of the section {page.id}#{section.id}", section.title
