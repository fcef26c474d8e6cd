"""Sources that lead to no contract."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.errors import DocumentError
from cynod_spec.lint.registry import Found, rule
from cynod_spec.workflows.subject import WorkflowSubject


@rule(
    "source-unresolved",
    says="{what}",
    hint="name one OpenAPI document in the folder of the workflows, by its relative path",
    good="url: ./openapi.yaml",
    bad="⟦url⟧: https://api.bikes.example/openapi.yaml",
)
def source_unresolved(subject: WorkflowSubject) -> Iterator[Found]:
    """The operations that steps call stand in one contract beside the workflows; nothing is fetched."""
    first, *others = subject.document.sources
    if first.kind != "openapi":
        yield first.at, {"what": f"the source {first.name} is no OpenAPI document"}
        return
    for other in others:
        yield other.at, {"what": f"a second source, {other.name}, is not read"}
    try:
        _ = subject.contract
    except DocumentError as error:
        yield error.at or first.at, {"what": error.message}
