"""States that nothing leads to."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "state-unreachable",
    level="warning",
    says="no state of {resource} may become {state}",
    hint="name it under `to` of another state, or drop it; the first state is the initial one",
    good="""
    valid: {value: VALID, to: [void]}
    void: {value: VOID, to: []}
    """,
    bad="""
    valid: {value: VALID, to: []}
    ⟦void⟧: {value: VOID, to: []}
    """,
)
def state_unreachable(subject: Subject) -> Iterator[Found]:
    """Every state but the first has a way to it."""
    for resource in subject.contract.resources.values():
        reached = {name for state in resource.states for name in state.to if name != state.name}
        for state in resource.states[1:]:
            if state.name not in reached:
                at = subject.below(resource.at, "x-cynod", "resource", "states", state.name)
                yield at, {"resource": resource.name, "state": state.name}
