"""Texts of workflows that lack a language."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.location import SourceLocation
from cynod_spec.lint.registry import Found, rule
from cynod_spec.model import Text
from cynod_spec.workflows.subject import WorkflowSubject


@rule(
    "workflow-text-missing",
    level="warning",
    says="the {what} has no words in {language}",
    hint="French stands in the document, English in locales/workflows.en.overlay.yaml",
    good="description: Le laissez-passer se lit.",
    bad="",
    reported_in="- ⟦stepId⟧: read",
)
def workflow_text_missing(subject: WorkflowSubject) -> Iterator[Found]:
    """Scenarios are printed in every language of the contract: their summaries, steps and inputs."""
    for at, what, text in _texts(subject):
        if not text.fr:
            yield at, {"what": what, "language": "French"}
        elif "en" in subject.contract.languages and not text.en:
            yield at, {"what": what, "language": "English"}


def _texts(subject: WorkflowSubject) -> Iterator[tuple[SourceLocation, str, Text]]:
    document = subject.document
    yield subject.source.at("/info/title"), "title of the document", document.title
    if document.description.fr:
        at = subject.source.at("/info/description")
        yield at, "description of the document", document.description
    seen: set[str] = set()
    for workflow in document.workflows:
        yield workflow.at, f"summary of {workflow.id}", workflow.summary
        for step in workflow.steps:
            yield step.at, f"description of the step {step.id}", step.description
        for each in workflow.inputs:
            if each.at.pointer not in seen:
                seen.add(each.at.pointer)
                yield each.at, f"description of the input {each.name}", each.description
