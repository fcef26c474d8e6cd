"""Texts that name a member, a parameter, a header, an operation or a clause which does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.suggestions import question
from cynod_spec.lint.mentions import DocumentNames, unknown_names
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "text-name-unknown",
    level="warning",
    says="this {key} names {name}, and nothing in the document is called so",
    hint="{meant}",
    good="text: La suite se demande par `cursor`.",
    bad="⟦text⟧: La suite se demande par `courseur`.",
)
def text_name_unknown(subject: Subject) -> Iterator[Found]:
    """What a text names between backticks, or as a word such as ``aName`` or ``a_name``, is in the document.

    So are the clauses and the headers that it names. What HTTP, OAuth and JSON name may be mentioned.
    """
    names = DocumentNames(subject)
    for place in subject.places:
        for mention in dict.fromkeys(unknown_names(place.text, names)):
            meant = question(mention.meant) if mention.meant else "correct the text in both languages"
            yield place.at, {"key": place.said(mention.name), "name": mention.name, "meant": meant}
