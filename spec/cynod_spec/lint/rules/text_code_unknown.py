"""Texts that name a code which does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.mentions import DocumentNames, unknown_codes
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "text-code-unknown",
    level="warning",
    says="this {key} names the code {name}, which is not in the catalogue",
    hint="correct the text in both languages, or declare the code",
    good="text: Rien à dire reçoit le code A01.",
    bad="⟦text⟧: Rien à dire reçoit le code A09.",
)
def text_code_unknown(subject: Subject) -> Iterator[Found]:
    """An internal code that a clause, a description or the guide names is in the catalogue."""
    names = DocumentNames(subject)
    for place in subject.places:
        is_of_code = place.holder.get("x-cynod", "code") is not None or place.holder.tokens[-2:] == (
            "x-cynod",
            "code",
        )
        for mention in dict.fromkeys(unknown_codes(place.text, names, is_of_code=is_of_code)):
            yield place.at, {"key": place.said(mention.name), "name": mention.name}
