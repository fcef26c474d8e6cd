"""Names that stand twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cynod_spec.base.location import SourceLocation
from cynod_spec.lint.registry import Found, rule
from cynod_spec.workflows.subject import WorkflowSubject


@rule(
    "id-duplicate",
    says="the {key} {id} stands twice",
    hint="give each its own: actions and expressions find them by it",
    good="- stepId: list",
    bad="- ⟦stepId⟧: read",
)
def id_duplicate(subject: WorkflowSubject) -> Iterator[Found]:
    """Workflows have ids of their own, and so have the steps of one workflow (§4.6.4, §4.6.5)."""
    workflows = subject.document.workflows
    yield from _twice(subject, "workflowId", ((each.id, each.at) for each in workflows))
    for workflow in workflows:
        yield from _twice(subject, "stepId", ((each.id, each.at) for each in workflow.steps))


def _twice(
    subject: WorkflowSubject, key: str, named: Iterable[tuple[str, SourceLocation]]
) -> Iterator[Found]:
    seen: set[str] = set()
    for id, at in named:
        if id in seen:
            yield subject.below(at, key), {"key": key, "id": id}
        seen.add(id)
