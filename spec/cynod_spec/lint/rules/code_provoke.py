"""Codes that say nothing about how to provoke them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.model import At


@rule(
    "code-provoke",
    says="the code {code} must have either `provoke` or `unprovokable`; it has {what}",
    hint="say how a tester provokes it, or why none can",
)
def code_provoke(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """A tester learns for each code how to see it, or why that is impossible."""
    for code in subject.contract.codes:
        if bool(code.provoke.fr) is bool(code.unprovokable.fr):
            yield code.at, {"code": code.value, "what": "both" if code.provoke.fr else "neither"}
