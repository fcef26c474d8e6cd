"""What a workflow is given: from cynod.toml and the world of the run, by the roles that its document says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from cynod_conformance.base.outcomes import PreconditionMissing
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.request_builder import NOTHING
from cynod_spec.workflows.model import InputRole, Workflow, Workflows

CALLER: Final = "primary"  # the credential whose pair the workflows use


def inputs(context: TestContext, document: Workflows, workflow: Workflow) -> dict[str, Any]:
    """The inputs of *workflow* by name. Raises PreconditionMissing for a required one that nothing gives."""
    found = {}
    for each in workflow.inputs:
        role = document.roles.get(each.name)
        if role is not None:
            found[each.name] = _GIVEN[role](context)
        elif each.default is not None:
            found[each.name] = each.default
        elif each.required:
            raise PreconditionMissing("no-input", name=each.name)
    return found


def _card_number(context: TestContext) -> Any:
    number = context.fixtures.card_roles()["number"]
    if number is NOTHING:
        raise PreconditionMissing("no-card", name="active")
    return number


_GIVEN: Mapping[InputRole, Callable[[TestContext], Any]] = {
    "consumer-key": lambda context: context.credential(CALLER).key,
    "consumer-secret": lambda context: context.credential(CALLER).secret,
    "card-number": _card_number,
    "fresh": lambda context: context.fixtures.fresh(),
}
