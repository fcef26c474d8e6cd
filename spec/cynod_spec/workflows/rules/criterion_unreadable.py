"""Criteria that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.backtracking import is_catastrophic
from cynod_spec.lint.registry import Found, rule
from cynod_spec.workflows import criteria
from cynod_spec.workflows.conditions import ConditionError
from cynod_spec.workflows.model import Criterion
from cynod_spec.workflows.subject import WorkflowSubject


@rule(
    "criterion-unreadable",
    says="the criterion {condition} cannot be judged: {problem}",
    hint="a simple condition compares expressions and literals; regex and jsonpath have a context",
    good="- condition: $statusCode == 201 && $response.body#/ok == true",
    bad="- ⟦condition⟧: $statusCode === 201 && $response.body#/ok == true",
)
def criterion_unreadable(subject: WorkflowSubject) -> Iterator[Found]:
    """A criterion is a condition, a regular expression that ends in time, or a JSONPath of RFC 9535."""
    for _, _, criterion in subject.criteria():
        problem = _problem(criterion)
        if problem:
            words = {"condition": repr(criterion.condition[:80]), "problem": problem}
            yield subject.below(criterion.at, "condition"), words


def _problem(criterion: Criterion) -> str:
    try:
        criteria.check(criterion)
    except ConditionError as error:
        return str(error)
    if criterion.kind == "regex" and is_catastrophic(criterion.condition):
        return "a text may keep this regular expression busy for ever"
    return ""
