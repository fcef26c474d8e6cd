"""The page of scenarios: each in words, as requests to copy, and as a sequence diagram."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cynod_generators.targets.docs.diagrams.sequence import (
    NARROW,
    WIDE,
    SequenceDrawing,
    SequenceMessage,
    draw,
)
from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.samples.steps import Variables, curl
from cynod_generators.targets.docs.text.highlighting import highlight
from cynod_generators.targets.docs.text.markdown import Anchor
from cynod_generators.targets.docs.text.slugs import allocate
from cynod_spec.output.sample_variables import BASE_URL
from cynod_spec.workflows import conditions
from cynod_spec.workflows.conditions import ConditionError, Literally
from cynod_spec.workflows.expressions import WorkflowExpression
from cynod_spec.workflows.model import Action, Criterion, Step, Workflow, Workflows
from cynod_spec.workflows.operations import operation_of


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What may follow a step: a sentence and its conditions."""

    text: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """A step: its purpose, its call, what is expected, which outputs are kept, what follows."""

    anchor: str
    text: Markup
    called: Anchor | None
    method: str
    sample: Markup
    lost: bool
    expected: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]  # shell variable, expression
    then: tuple[StepOutcome, ...]
    otherwise: tuple[StepOutcome, ...]


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """A scenario; *anchor* is its place in the page."""

    anchor: str
    title: str
    description: Markup
    drawn: str  # title of its drawings
    says: str  # description of its drawings
    drawings: tuple[SequenceDrawing, ...]
    inputs: tuple[tuple[str, Markup], ...]
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class ScenariosView:
    """The page: an introduction, and each scenario."""

    lead: Markup
    scenarios: tuple[ScenarioView, ...]


def anchors(document: Workflows) -> list[str]:
    """The anchor of each scenario in the page."""
    return allocate(workflow.id for workflow in document.workflows)


def scenarios_view(document: Workflows, site: LocalizedSite) -> ScenariosView:
    """Every scenario of *document*, in its order."""
    named = zip(document.workflows, anchors(document), strict=True)
    return ScenariosView(
        lead=site.rich(document.description),
        scenarios=tuple(_view(workflow, anchor, document, site) for workflow, anchor in named),
    )


def _view(workflow: Workflow, anchor: str, document: Workflows, site: LocalizedSite) -> ScenarioView:
    words, title = site.words, site.text(workflow.summary) or workflow.id
    caller, application = _participants(workflow, site)
    calls = [_call(step, site) for step in workflow.steps]
    places = [f"{anchor}-{number}" for number in range(1, len(workflow.steps) + 1)]
    return ScenarioView(
        anchor=anchor,
        title=title,
        description=site.rich(workflow.description, workflow.at),
        drawn=words.sequence.format(title),
        says=words.sequence_says.format(len(calls), caller, application),
        drawings=tuple(draw(caller, application, calls, sizes) for sizes in (WIDE, NARROW)),
        inputs=tuple((each.name, site.rich(each.description, each.at)) for each in workflow.inputs),
        steps=tuple(
            _step(step, place, workflow, document, site)
            for step, place in zip(workflow.steps, places, strict=True)
        ),
    )


def _participants(workflow: Workflow, site: LocalizedSite) -> tuple[str, str]:
    """The names of the two participants: the actor that calls the last operation, and the application."""
    contract = site.contract
    callers = {tag.name: tag.actors for tag in contract.tags}
    titles = {actor.name: site.text(actor.title) for actor in contract.actors}
    found = [operation for step in workflow.steps if (operation := operation_of(contract, step))]
    names = [name for operation in reversed(found) for name in callers.get(operation.tag, ())]
    caller = next((titles[name] for name in names if name in titles), site.words.caller)
    return caller, site.text(contract.words("/info/title"))


def _call(step: Step, site: LocalizedSite) -> SequenceMessage:
    operation = operation_of(site.contract, step) if not step.workflow else None
    asked = operation.key if operation else site.words.runs.format(step.workflow)
    if step.is_lost:
        return SequenceMessage(asked, site.words.lost_drawn, is_lost=True)
    statuses = [str(status) for criterion in step.criteria for status in _statuses(criterion)]
    kept = ", ".join(step.outputs)
    answered = " · ".join(part for part in (" / ".join(dict.fromkeys(statuses)), kept) if part)
    return SequenceMessage(asked, answered, is_lost=False)


def _statuses(criterion: Criterion) -> Iterator[object]:
    """The statuses that *criterion* asks for."""
    if criterion.kind != "simple":
        return
    try:
        condition = conditions.read(criterion.condition)
    except ConditionError:
        return
    for each in conditions.comparisons(condition):
        is_status = isinstance(each.left, WorkflowExpression) and each.left.root == "status"
        if is_status and each.sign == "==" and isinstance(each.right, Literally):
            yield each.right.value


def _step(step: Step, anchor: str, workflow: Workflow, document: Workflows, site: LocalizedSite) -> StepView:
    operation = operation_of(site.contract, step) if not step.workflow else None
    sample = Markup("")
    if operation is not None:
        sample = highlight(curl(workflow, step, operation, BASE_URL), "bash")
    variables = Variables(workflow)
    return StepView(
        anchor=anchor,
        text=site.rich(step.description, step.at),
        called=site.operation(operation) if operation else _scenario(step.workflow, document, site),
        method=operation.method if operation else "",
        sample=sample,
        lost=step.is_lost,
        expected=() if step.is_lost else tuple(map(_said, step.criteria)),
        kept=tuple((variables.output(step.id, name), source) for name, source in step.outputs.items()),
        then=_outcomes(workflow.successes(step), workflow, document, site),
        otherwise=_outcomes(workflow.failures(step), workflow, document, site),
    )


def _scenario(name: str, document: Workflows, site: LocalizedSite) -> Anchor | None:
    """The link to the scenario that a step runs."""
    for workflow, anchor in zip(document.workflows, anchors(document), strict=True):
        if workflow.id == name.removeprefix("$workflows."):
            return Anchor(f"#{anchor}", site.text(workflow.summary) or workflow.id)
    return None


def _said(criterion: Criterion) -> str:
    """*criterion* as one line of text."""
    if criterion.kind == "simple":
        return criterion.condition
    return f"{criterion.context} {'~' if criterion.kind == 'regex' else ':'} {criterion.condition}"


def _outcomes(
    actions: Sequence[Action], workflow: Workflow, document: Workflows, site: LocalizedSite
) -> tuple[StepOutcome, ...]:
    return tuple(
        StepOutcome(_does(action, workflow, document, site), tuple(map(_said, action.criteria)))
        for action in actions
    )


def _does(action: Action, workflow: Workflow, document: Workflows, site: LocalizedSite) -> str:
    words = site.words
    if action.kind == "end":
        return str(words.action_end)
    if action.kind == "retry":
        return str(words.action_retry.format(action.limit, f"{action.after:g}"))
    if action.workflow:
        named = _scenario(action.workflow, document, site)
        return str(words.action_workflow.format(named.text if named else action.workflow))
    numbers = {step.id: number for number, step in enumerate(workflow.steps, 1)}
    return str(words.action_goto.format(numbers.get(action.step, action.step)))
