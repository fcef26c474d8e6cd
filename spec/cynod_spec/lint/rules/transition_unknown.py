"""Transitions into states that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.suggestions import did_you_mean
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "transition-unknown",
    says="the state {state} of {resource} may become {to}, which is no state of it",
    hint="{meant}its states: {known}",
    good="valid: {value: VALID, to: [void]}",
    bad="⟦valid⟧: {value: VALID, to: [void, lost]}",
)
def transition_unknown(subject: Subject) -> Iterator[Found]:
    """A transition leads to a declared state of the same resource."""
    for resource in subject.contract.resources.values():
        for state in resource.states:
            for to in state.to:
                if resource.state(to) is None:
                    known = [other.name for other in resource.states]
                    meant = did_you_mean(to, known)
                    words = {"state": state.name, "resource": resource.name, "to": to}
                    words |= {"known": ", ".join(known), "meant": meant and f"{meant} "}
                    yield subject.below(resource.at, "x-cynod", "resource", "states", state.name), words
