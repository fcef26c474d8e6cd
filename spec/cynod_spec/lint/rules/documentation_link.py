"""Addresses of codes that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "documentation-link",
    says="the address {link} where codes are explained {what}",
    hint="an HTTPS address with {{code}} where the code goes",
    good="documentation: https://bikes.example/codes#{code}",
    bad="⟦documentation⟧: https://bikes.example/codes",
)
def documentation_link(subject: Subject) -> Iterator[Found]:
    """A refusal leads its reader to the page of its own code."""
    link = subject.contract.documentation
    at = subject.source.at("/x-cynod/documentation")
    if link and "{code}" not in link:
        yield at, {"link": link, "what": "has no place for the code"}
    elif link and not link.startswith("https://"):
        yield at, {"link": link, "what": "is not HTTPS"}
