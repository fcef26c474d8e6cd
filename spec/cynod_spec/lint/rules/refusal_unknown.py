"""Refusals that name no code."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.pointer import split
from cynod_spec.base.suggestions import closest, question
from cynod_spec.lint.fixes import Put
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "refusal-unknown",
    says="the order of refusal names {name}, which no code is called",
    hint="{meant}",
    good="refusals: [[unknown-path],",
    bad="refusals: [[unknown-path, ⟦lost-path⟧],",
)
def refusal_unknown(subject: Subject) -> Iterator[Found]:
    """The order of refusal consists of codes that exist."""
    known = {code.name for code in subject.contract.codes}
    for index, group in enumerate(subject.contract.refusals):
        for place, name in enumerate(group):
            if name not in known:
                at = subject.source.at(f"/x-cynod/refusals/{index}/{place}")
                other = closest(name, known)
                guess = Put(split(at.pointer), other) if other else None
                yield (
                    at,
                    {"name": name, "meant": question(other) if other else "use a code's `name`"},
                    None,
                    guess,
                )
