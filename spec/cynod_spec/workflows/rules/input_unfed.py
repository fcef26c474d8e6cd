"""Inputs that the suite cannot give."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, rule
from cynod_spec.workflows.model import INPUT_ROLES
from cynod_spec.workflows.subject import WorkflowSubject


@rule(
    "input-unfed",
    level="warning",
    says="{what}",
    hint="x-cynod.inputs of the document says what an input is: {roles}",
    good="x-cynod: {inputs: {retryKey: fresh}}",
    bad="x-cynod: {inputs: {⟦retryCode⟧: fresh}}",
    reported_in="⟦retryKey⟧: {type: string, description: Une clé neuve.}",
)
def input_unfed(subject: WorkflowSubject) -> Iterator[Found]:
    """`cynod conform --workflows` can fill every input that is required, and fills none that is not there."""
    document = subject.document
    inputs = {each.name for workflow in document.workflows for each in workflow.inputs}
    roles = ", ".join(INPUT_ROLES)
    for name in document.roles:
        if name not in inputs:
            what = f"no workflow has the input {name}"
            yield subject.source.place(("x-cynod", "inputs", name)), {"what": what, "roles": roles}
    seen: set[str] = set()
    for workflow in document.workflows:
        for each in workflow.inputs:
            is_fed = each.name in document.roles or each.default is not None
            if each.required and not is_fed and each.at.pointer not in seen:
                seen.add(each.at.pointer)
                yield each.at, {"what": f"nothing gives the input {each.name}", "roles": roles}
