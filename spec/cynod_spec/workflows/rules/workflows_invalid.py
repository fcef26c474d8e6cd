"""Validity against Arazzo itself."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, rule
from cynod_spec.workflows.reading import problems
from cynod_spec.workflows.subject import WorkflowSubject


@rule(
    "workflows-invalid",
    says="not valid Arazzo: {problem}",
    hint="see the Arazzo specification 1.0.1 for this object",
    good="retryLimit: 2",
    bad="⟦retryTimes⟧: 2",
)
def workflows_invalid(subject: WorkflowSubject) -> Iterator[Found]:
    """The document has the structure of Arazzo 1.0, and its x-cynod that of ``arazzo.schema.json``."""
    for tokens, problem in problems(subject.source):
        yield subject.source.place(tokens), {"problem": problem}
