"""Links of texts that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from cynod_spec.base.suggestions import did_you_mean
from cynod_spec.lint.known_names import known
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.model import Contract

_LINK: Final = re.compile(r"\]\((code|operation|page):([^)\s]*)\)")


@rule(
    "guide-link",
    says="the {key} links to {kind}:{name}, and nothing in the contract is that",
    hint="{meant}write code:NAME, operation:EFFECT/RESOURCE or page:PAGE#SECTION",
    good="text: 'Voir [](code:unknown-path).'",
    bad="⟦text⟧: 'Voir [](code:nonsense).'",
)
def guide_link(subject: Subject) -> Iterator[Found]:
    """What a text of the guide, or any other, names by its role exists, in each language."""
    existing = {kind: names(subject.contract) for kind, names in _EXISTING.items()}
    for place in subject.places:
        for kind, name in dict.fromkeys(_LINK.findall(place.text.fr) + _LINK.findall(place.text.en)):
            if name not in existing[kind]:
                meant = did_you_mean(name, existing[kind])
                yield (
                    place.at,
                    {
                        "key": place.said(f"{kind}:{name}"),
                        "kind": kind,
                        "name": name,
                        "meant": meant and f"{meant} ",
                    },
                )


def _codes(contract: Contract) -> set[str]:
    return {code.name for code in contract.codes}


def _operations(contract: Contract) -> set[str]:
    found = {each.effect for each in contract.operations}
    return found | {f"{each.effect}/{each.resource}" for each in contract.operations}


def _pages(contract: Contract) -> set[str]:
    """The pages of the guide and of the site, with their anchors."""
    found = set(known("site-page"))
    anchored = [code.value for code in contract.codes] + [clause.id for clause in contract.clauses]
    found |= {f"{page}#{anchor}" for page in known("site-page") for anchor in anchored}
    for page in contract.guide:
        found |= {page.id, *(f"{page.id}#{section.id}" for section in page.sections)}
    return found


_EXISTING: Final[Mapping[str, Callable[[Contract], set[str]]]] = {
    "code": _codes,
    "operation": _operations,
    "page": _pages,
}
"""What a link names before the colon → the names that may follow it."""
