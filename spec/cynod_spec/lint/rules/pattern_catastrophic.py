"""Patterns that a short text makes run for ever."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.backtracking import is_catastrophic
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "pattern-catastrophic",
    says="the pattern {pattern} can take exponential time: it repeats what matches one text in several ways",
    hint="rewrite it so that each repetition begins with a character that the one before cannot end with",
    good="schema: {type: string, pattern: '^[A-Za-z0-9]{8,64}$'}",
    bad="schema: {type: string, ⟦pattern⟧: '^([A-Za-z0-9]+-?)*$'}",
)
def pattern_catastrophic(subject: Subject) -> Iterator[Found]:
    """No pattern of the contract lets a caller stop a server that backtracks."""
    known: dict[str, bool] = {}
    for node in subject.traversal.schemas:
        pattern = node.value.get("pattern")
        if isinstance(pattern, str):
            if pattern not in known:
                known[pattern] = is_catastrophic(pattern)
            if known[pattern]:
                yield subject.below(node.at, "pattern"), {"pattern": pattern}
