"""Refusals that name no code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.model import At


@rule(
    "refusal-unknown",
    says="the order of refusal names {name}, which no code is called",
    hint="use a code's `name`",
)
def refusal_unknown(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """The order of refusal consists of codes that exist."""
    known = {code.name for code in subject.contract.codes}
    for index, group in enumerate(subject.contract.refusals):
        for name in group:
            if name not in known:
                yield subject.source.at(f"/x-cynod/refusals/{index}"), {"name": name}
