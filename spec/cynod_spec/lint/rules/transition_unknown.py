"""Transitions into states that do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.model import At


@rule(
    "transition-unknown",
    says="the state {state} of {resource} may become {to}, which is no state of it",
    hint="its states: {known}",
)
def transition_unknown(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """A transition leads to a declared state of the same resource."""
    for resource in subject.contract.resources.values():
        for state in resource.states:
            for to in state.to:
                if resource.state(to) is None:
                    known = ", ".join(other.name for other in resource.states)
                    words = {"state": state.name, "resource": resource.name, "to": to, "known": known}
                    yield resource.at, words
