"""The typed, frozen model of an Arazzo 1.0 document; each node carries ``at``, the place where it stands.

Names follow the specification (https://spec.openapis.org/arazzo/v1.0.1.html) as far as Python lets them.
References to components are followed already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from cynod_spec.base.location import SourceLocation
from cynod_spec.model import Text

CriterionKind = Literal["simple", "regex", "jsonpath", "xpath"]
ActionKind = Literal["end", "goto", "retry"]
ArgumentPlace = Literal["path", "query", "header", "cookie"]
InputRole = Literal["consumer-key", "consumer-secret", "card-number", "fresh"]
INPUT_ROLES: tuple[InputRole, ...] = get_args(InputRole)
"""What the suite can put into an input: a partner's pair, the number of a usable card, a new reference."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """What must hold: a condition, judged against ``context`` (an expression) unless it is simple."""

    condition: str
    kind: CriterionKind
    context: str
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class Action:
    """What follows a step when every one of ``criteria`` holds.

    ``step`` or ``workflow`` is where a ``goto`` leads, or what a ``retry`` runs first. ``after`` is in
    seconds.
    """

    name: str
    kind: ActionKind
    step: str
    workflow: str
    criteria: tuple[Criterion, ...]
    after: float
    limit: int
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class Argument:
    """The value of a parameter; ``place`` is None for an input of a workflow."""

    name: str
    place: ArgumentPlace | None
    value: Any
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class Replacement:
    """A part of a payload, at its RFC 6901 pointer, and what stands there instead."""

    target: str
    value: Any
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class Payload:
    """A request body before its expressions are resolved. ``media_type`` is empty when it is not said."""

    media_type: str
    value: Any
    replacements: tuple[Replacement, ...]
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class Step:
    """One call of an operation, or of another workflow.

    It names one of ``operation`` (an operationId), ``operation_path`` and ``workflow``. ``is_lost``: its
    answer is lost on its way, so that its criteria are not looked at.
    """

    id: str
    description: Text
    operation: str
    operation_path: str
    workflow: str
    arguments: tuple[Argument, ...]
    payload: Payload | None
    criteria: tuple[Criterion, ...]
    on_success: tuple[Action, ...]
    on_failure: tuple[Action, ...]
    outputs: Mapping[str, str]  # name → expression
    is_lost: bool
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class Input:
    """What a workflow is given: a member of its ``inputs``."""

    name: str
    description: Text
    required: bool
    default: Any  # None when there is none
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class Workflow:
    """A scenario. ``arguments`` and the actions hold for each of its steps that does not say otherwise."""

    id: str
    summary: Text
    description: Text
    inputs: tuple[Input, ...]
    depends_on: tuple[str, ...]
    steps: tuple[Step, ...]
    on_success: tuple[Action, ...]
    on_failure: tuple[Action, ...]
    arguments: tuple[Argument, ...]
    outputs: Mapping[str, str]  # name → expression
    at: SourceLocation

    def step(self, id: str) -> Step | None:
        """The step *id*, or None."""
        return next((step for step in self.steps if step.id == id), None)

    def successes(self, step: Step) -> tuple[Action, ...]:
        """What may follow *step* when it succeeds: its own actions, else those of the workflow."""
        return step.on_success or self.on_success

    def failures(self, step: Step) -> tuple[Action, ...]:
        """Likewise when it fails."""
        return step.on_failure or self.on_failure

    def given(self, step: Step) -> tuple[Argument, ...]:
        """The parameters of *step*: its own, and those of the workflow that it does not give itself."""
        own = {(each.name, each.place) for each in step.arguments}
        kept = () if step.workflow else self.arguments
        return (*(each for each in kept if (each.name, each.place) not in own), *step.arguments)


@dataclass(frozen=True, slots=True)
class Description:
    """A document whose operations the workflows call."""

    name: str
    url: str
    kind: Literal["openapi", "arazzo"]
    at: SourceLocation


@dataclass(frozen=True, slots=True)
class Workflows:
    """One Arazzo document, read once. ``roles`` says what the suite puts into which input."""

    file: str
    sha256: str  # of the document's bytes
    title: Text
    description: Text
    sources: tuple[Description, ...]
    workflows: tuple[Workflow, ...]
    roles: Mapping[str, InputRole]

    def workflow(self, id: str) -> Workflow | None:
        """The workflow *id*, or None."""
        return next((each for each in self.workflows if each.id == id), None)

    def steps(self) -> Iterator[tuple[Workflow, Step]]:
        """Every step with its workflow."""
        for workflow in self.workflows:
            for step in workflow.steps:
                yield workflow, step
