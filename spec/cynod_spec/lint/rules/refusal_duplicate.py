"""Refusals at two ranks."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.pointer import split
from cynod_spec.lint.fixes import Drop
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "refusal-duplicate",
    says="the order of refusal names {name} twice",
    hint="keep the rank that is meant",
    good="refusals: [[unknown-path],",
    bad="refusals: [[unknown-path, ⟦unknown-path⟧],",
    fixable=True,
)
def refusal_duplicate(subject: Subject) -> Iterator[Found]:
    """A refusal has one rank, else two faults in a request have no clear answer."""
    seen: set[str] = set()
    for index, group in enumerate(subject.contract.refusals):
        for place, name in enumerate(group):
            if name in seen:
                at = subject.source.at(f"/x-cynod/refusals/{index}/{place}")
                yield at, {"name": name}, Drop(split(at.pointer))
            seen.add(name)
