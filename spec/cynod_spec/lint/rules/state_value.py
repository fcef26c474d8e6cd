"""States whose value no schema allows."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    below,
)


@rule(
    "state-value",
    says="the state {state} of {resource} is written {value}, which the schema of its member refuses",
    hint="correct the value, or the schema of what plays the role `state`",
    good="valid: {value: VALID, to: [void]}",
    bad="⟦valid⟧: {value: GOOD, to: [void]}",
)
def state_value(subject: Subject) -> Iterator[Found]:
    """What the contract calls a state can be written in the member that holds it."""
    for resource in subject.contract.resources.values():
        path = resource.members.get("state")
        nodes = list(below(subject, resource.schema, path)) if path else []
        for state in resource.states if nodes else ():
            if not all(subject.validators.is_valid(node.pointer, state.value) for node in nodes):
                at = subject.below(resource.at, "x-cynod", "resource", "states", state.name)
                yield at, {"state": state.name, "resource": resource.name, "value": state.value}
