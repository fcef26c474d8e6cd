"""Links of the guide that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.model import At, Contract, Text

_LINK = re.compile(r"\]\((code|operation):([^)\s]*)\)")


@rule(
    "guide-link",
    says="the guide links to {kind}:{name}, and nothing in the contract is that",
    hint="code: takes the name of a code, operation: an effect and, after a slash, a resource",
    good="text: 'Voir [](code:unknown-path).'",
    bad="⟦text⟧: 'Voir [](code:nonsense).'",
)
def guide_link(subject: Subject) -> Iterator[Found]:
    """What the guide names by its role exists, in each language."""
    for at, text in _texts(subject.contract):
        for kind, name in dict.fromkeys(_LINK.findall(text.fr) + _LINK.findall(text.en)):
            if not _exists(subject.contract, kind, name):
                yield subject.below(at, "text"), {"kind": kind, "name": name}


def _texts(contract: Contract) -> Iterator[tuple[At, Text]]:
    for page in contract.guide:
        yield page.at, page.text
        yield from ((section.at, section.text) for section in page.sections)


def _exists(contract: Contract, kind: str, name: str) -> bool:
    if kind == "code":
        return any(code.name == name for code in contract.codes)
    effect, _, resource = name.partition("/")
    return contract.find(effect, resource or None) is not None
