"""Texts that name a path which does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.suggestions import question
from cynod_spec.lint.mentions import DocumentNames, unknown_paths
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "text-path-unknown",
    level="warning",
    says="this {key} names {name}, and no operation is there",
    hint="{meant}",
    good="text: 'Un laissez-passer se relit par GET /passes/{passId}.'",
    bad="⟦text⟧: 'Un laissez-passer se relit par GET /pass/{passId}.'",
)
def text_path_unknown(subject: Subject) -> Iterator[Found]:
    """A path that a text names is one of the contract, with the method that stands before it."""
    names = DocumentNames(subject)
    for place in subject.places:
        for mention in dict.fromkeys(unknown_paths(place.text, names)):
            meant = question(mention.meant) if mention.meant else "correct the text in both languages"
            yield place.at, {"key": place.said(mention.name), "name": mention.name, "meant": meant}
