"""Refusals that have no place in the order of refusal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.model import Code

_REFUSING: Final = ("functional", "authentication")
_TOO_MANY_REQUESTS: Final = 429  # RFC 6585 §4: it may come at any time


@rule(
    "refusal-unranked",
    says="the order of refusal does not name {what}",
    hint="name it in x-cynod.refusals, in the group in which its turn comes",
    good="[value-invalid, value-strange]",
    bad="[value-strange]",
    reported_in="⟦CodeR01⟧:",
)
def refusal_unranked(subject: Subject) -> Iterator[Found]:
    """Of two faults in one request, the order of refusal says which is answered: it names every refusal.

    Codes of failures of the server, of too many requests (429), and those that nobody can provoke have no
    place in it.
    """
    ranked = {name for group in subject.contract.refusals for name in group}
    unranked = [code for code in subject.contract.codes if _refuses(code) and code.name not in ranked]
    if unranked and not ranked:
        what = f"anything: x-cynod.refusals is missing, and {len(unranked)} codes refuse requests"
        yield subject.source.at("/x-cynod"), {"what": what}
        return
    for code in unranked:
        yield code.at, {"what": f"the code {code.name} ({code.value}), which refuses requests"}


def _refuses(code: Code) -> bool:
    is_refusal = 400 <= code.status < 500 and code.status != _TOO_MANY_REQUESTS
    return is_refusal and code.case in _REFUSING and not code.unprovokable.fr
