"""What a workflow is given: from cynod.toml and the world of the run, by the roles that its document says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from cynod_conformance.base.outcomes import Missing
from cynod_conformance.experiment.context import Lab
from cynod_conformance.experiment.request_builder import NOTHING
from cynod_spec.workflows.model import InputRole, Workflow, Workflows

CALLER: Final = "primary"  # the credential whose pair the workflows use


def inputs(lab: Lab, document: Workflows, workflow: Workflow) -> dict[str, Any]:
    """The inputs of *workflow* by name. Raises Missing for a required one that nothing gives."""
    found = {}
    for each in workflow.inputs:
        role = document.roles.get(each.name)
        if role is not None:
            found[each.name] = _GIVEN[role](lab)
        elif each.default is not None:
            found[each.name] = each.default
        elif each.required:
            raise Missing("no-input", name=each.name)
    return found


def _card_number(lab: Lab) -> Any:
    number = lab.world.card_roles()["number"]
    if number is NOTHING:
        raise Missing("no-card", name="active")
    return number


_GIVEN: Mapping[InputRole, Callable[[Lab], Any]] = {
    "consumer-key": lambda lab: lab.credential(CALLER).key,
    "consumer-secret": lambda lab: lab.credential(CALLER).secret,
    "card-number": _card_number,
    "fresh": lambda lab: lab.world.fresh(),
}
