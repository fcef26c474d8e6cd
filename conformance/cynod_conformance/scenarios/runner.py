"""Runs workflows step by step: sends, judges, and goes where the actions of a step lead (Arazzo §4.6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from cynod_conformance.base.outcomes import NoAnswer, Outcome, OutsideTier, PreconditionMissing
from cynod_conformance.base.phases import WORKFLOW
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.request_builder import RequestBuilder
from cynod_conformance.http.target import MAX_RETRY_AFTER_S
from cynod_conformance.observe.exchange import Exchange, Request
from cynod_conformance.reproduction.commands import curl
from cynod_conformance.reproduction.exchange_log import ExchangeLog
from cynod_conformance.reproduction.script import script
from cynod_conformance.results.recorder import MAX_FACT_CHARS
from cynod_conformance.results.scenario_result import ScenarioResult, ScenarioStatus, StepResult, StepStatus
from cynod_conformance.scenarios.inputs import CALLER, inputs
from cynod_conformance.scenarios.requests import draft, message
from cynod_conformance.text.messages import both, told
from cynod_conformance.text.phrase import Said, phrase
from cynod_spec.model import Text
from cynod_spec.workflows import criteria
from cynod_spec.workflows.conditions import ConditionError
from cynod_spec.workflows.expressions import (
    NOTHING,
    ExpressionError,
    Message,
    Scene,
    evaluate,
    parse,
    resolve,
    written,
)
from cynod_spec.workflows.model import Action, Criterion, Step, Workflow, Workflows
from cynod_spec.workflows.operations import in_order, workflow_of, writes

MAX_STEPS: Final = 100  # steps of one scenario, repetitions included
MAX_DEPTH: Final = 10  # workflows within workflows
HANG_UP_AFTER_S: Final = 0.1  # seconds after which an answer that is to be lost is no longer waited for


def run(
    context: TestContext, document: Workflows, exchange_log: ExchangeLog, progress: Callable[[str], None]
) -> tuple[ScenarioResult, ...]:
    """The result of each workflow of *document*, in its order; *exchange_log* sees every exchange."""
    runner = Runner(context, document, exchange_log)
    try:
        for workflow in in_order(document):
            progress(workflow.id)
            runner.scenario(workflow)
    except KeyboardInterrupt:
        reason = both("interrupted")
        for left in document.workflows:
            unrun = ScenarioResult(left.id, left.summary, "inconclusive", reason=reason)
            runner.results.setdefault(left.id, unrun)
    return tuple(runner.results[workflow.id] for workflow in document.workflows)


@dataclass
class _State:
    """What a workflow knows while it runs."""

    workflow: Workflow
    scene: Scene
    depth: int
    done: list[StepResult] = field(default_factory=list)
    counted: int = 0  # steps so far
    retried: dict[tuple[str, str], int] = field(default_factory=dict)  # step and action → retries

    def know(self, step: Step, outputs: dict[str, Any]) -> None:
        """Keep the outputs of *step*."""
        steps = {**self.scene.steps, step.id: {**self.scene.steps.get(step.id, {}), **outputs}}
        self.scene = replace(self.scene, steps=steps)


@dataclass(frozen=True)
class _Taken:
    """One attempt at a step. ``unmet`` is the first thing that did not hold, None when all did."""

    operation: str
    scene: Scene
    exchange: Exchange | None = None
    unmet: tuple[Said, Said] | None = None  # what was expected, what came
    is_lost: bool = False
    silence: NoAnswer | None = None  # why no answer came


class Runner:
    """Runs the workflows of one document against one target."""

    def __init__(self, context: TestContext, document: Workflows, exchange_log: ExchangeLog) -> None:
        self.context, self.document, self.exchange_log = context, document, exchange_log
        self.results: dict[str, ScenarioResult] = {}
        self.known: dict[str, dict[str, dict[str, Any]]] = {}  # workflow → its inputs and outputs

    def scenario(self, workflow: Workflow) -> None:
        """Run *workflow* and put down how it ended."""
        ended = ScenarioResult(workflow.id, workflow.summary, "passed")
        state = _State(workflow, Scene(), 0)
        self.exchange_log.begin()
        try:
            self.allow(workflow)
            given = inputs(self.context, self.document, workflow)
            state.scene = Scene(inputs=given, workflows=self.known)
            self.context.target.phase = f"{WORKFLOW} {workflow.id}"
            held = self.walk(state)
        except OutsideTier as why:
            ended = replace(ended.because(told(why.said), "not_exercised"), judged=False)
        except Outcome as why:
            ended = ended.because(self.clean(why.said), _status_of(why))
        else:
            ended = replace(ended, status="passed" if held else "failed")
        self.results[workflow.id] = replace(ended, steps=tuple(state.done))

    def allow(self, workflow: Workflow) -> None:
        """Raises OutsideTier by the tier, PreconditionMissing for what depends on a failed workflow."""
        if not self.context.may_write and writes(self.context.contract, self.document, workflow):
            raise OutsideTier("outside-tier", tier="write")
        for name in workflow.depends_on:
            needed = workflow_of(self.document, name)
            before = self.results.get(needed.id) if needed else None
            if before is not None and before.status != "passed":
                if not before.judged:
                    raise OutsideTier("outside-tier", tier="write")
                raise PreconditionMissing("needs-workflow", name=before.id)

    def walk(self, state: _State) -> bool:
        """Take the steps of *state* until they end; whether the workflow held."""
        workflow = state.workflow
        self.known.setdefault(workflow.id, {})["inputs"] = dict(state.scene.inputs)
        step: Step | None = workflow.steps[0]
        while step is not None:
            taken = self.attempt(state, step)
            if taken.is_lost:
                self.note(state, step, taken, "lost")
                step = _next(workflow, step)
                continue
            actions = workflow.failures(step) if taken.unmet else workflow.successes(step)
            action = self.chosen(actions, taken.scene)
            if action is None and taken.silence is not None:
                raise taken.silence
            if action is not None and action.kind == "retry" and self.may_retry(state, step, action):
                self.retry(state, action, taken)
                continue
            following, held = self.follow(state, step, action, failed=taken.unmet is not None)
            status: StepStatus = "passed" if not taken.unmet else "recovered" if held else "failed"
            self.note(state, step, taken, status)
            if not held:
                return False
            step = following
        outputs = {name: evaluate(parse(source), state.scene) for name, source in workflow.outputs.items()}
        self.known[workflow.id]["outputs"] = _there(outputs)
        return True

    def chosen(self, actions: Sequence[Action], scene: Scene) -> Action | None:
        """The first of *actions* whose criteria all hold."""
        return next((a for a in actions if all(criteria.holds(c, scene) for c in a.criteria)), None)

    def follow(
        self, state: _State, step: Step, action: Action | None, *, failed: bool
    ) -> tuple[Step | None, bool]:
        """The step that comes next (None: the end), and whether the workflow holds so far."""
        if action is None or action.kind == "retry":
            return (None, False) if failed else (_next(state.workflow, step), True)
        if action.kind == "end":
            return None, not failed
        if action.workflow:
            return None, self.within(state, action.workflow, dict(state.scene.inputs))
        return state.workflow.step(action.step), True

    def may_retry(self, state: _State, step: Step, action: Action) -> bool:
        """Whether *action* has a retry of *step* left, which is then counted."""
        key = (step.id, action.name)
        if state.retried.get(key, 0) >= action.limit:
            return False
        state.retried[key] = state.retried.get(key, 0) + 1
        return True

    def retry(self, state: _State, action: Action, taken: _Taken) -> None:
        """Wait as *action*, or the answer's Retry-After (which comes first, §4.6.8), says."""
        asked = taken.exchange.response.header("Retry-After") if taken.exchange else None
        wait = float(asked) if asked and asked.isascii() and asked.isdigit() else action.after
        self.context.target.sleep(min(wait, MAX_RETRY_AFTER_S))
        if action.workflow:
            self.within(state, action.workflow, dict(state.scene.inputs))
        elif action.step and (before := state.workflow.step(action.step)) is not None:
            self.attempt(state, before)

    def within(self, state: _State, name: str, given: dict[str, Any]) -> bool:
        """Run the workflow *name* with the inputs *given*, among the steps of *state*; whether it held."""
        workflow = workflow_of(self.document, name)
        if workflow is None or state.depth >= MAX_DEPTH:
            raise PreconditionMissing("too-deep", name=name)
        inner = _State(workflow, Scene(inputs=given, workflows=self.known), state.depth + 1, state.done)
        return self.walk(inner)

    # One attempt

    def attempt(self, state: _State, step: Step) -> _Taken:
        """Take *step* once: what was sent, what came, and whether its criteria hold."""
        state.counted += 1
        if state.counted > MAX_STEPS:
            raise PreconditionMissing("endless", count=str(MAX_STEPS))
        try:
            taken = self.call(state, step) if step.workflow else self.send(state, step)
            if taken.unmet or taken.is_lost:
                return taken
            taken = replace(taken, unmet=self.unmet(step, taken))
        except (ExpressionError, ConditionError) as error:
            label = step.operation or step.operation_path or step.workflow
            return _Taken(label, state.scene, unmet=(phrase("usable-step"), str(error)))
        outputs = {name: evaluate(parse(source), taken.scene) for name, source in step.outputs.items()}
        state.know(step, _there(outputs))
        return taken

    def call(self, state: _State, step: Step) -> _Taken:
        """Run the workflow that *step* names; its outputs are ``$outputs`` to the step."""
        given = {each.name: resolve(each.value, state.scene) for each in step.arguments}
        held = self.within(state, step.workflow, given)
        workflow = workflow_of(self.document, step.workflow)
        outputs = self.known[workflow.id].get("outputs", {}) if workflow else {}
        scene = replace(state.scene, outputs=outputs)
        if held:
            state.know(step, dict(outputs))
        unmet = None if held else (phrase("workflow-holds", name=step.workflow), phrase("workflow-fails"))
        return _Taken(step.workflow, scene, unmet=unmet)

    def send(self, state: _State, step: Step) -> _Taken:
        """Send the request of *step*."""
        sent = draft(self.context.contract, state.workflow, step, state.scene)
        headers = [*sent.headers, *([("Content-Type", sent.media_type)] if sent.media_type else [])]
        operation, url = sent.operation, self.context.target.url(sent.target)
        scene = replace(state.scene, url=url, method=operation.method, request=message(sent))
        if step.is_lost:
            request = Request(operation.method, url, tuple(headers), sent.content)
            self.context.hang_up(operation, request, HANG_UP_AFTER_S)
            return _Taken(operation.key, scene, is_lost=True)
        try:
            exchange = self.context.target.send_steadily(
                operation.method,
                url,
                headers=tuple(headers),
                body=sent.content,
                operation=operation,
                identity=CALLER,
            )
        except NoAnswer as silence:
            unmet = (phrase("an-answer"), silence.said)
            return _Taken(operation.key, scene, unmet=unmet, silence=silence)
        self.hide(sent, exchange)
        answer = exchange.response
        body = NOTHING if answer.json.problem else answer.json.value
        scene = replace(scene, status=answer.status, response=Message(answer.headers, body))
        return _Taken(operation.key, scene, exchange)

    def hide(self, sent: RequestBuilder, exchange: Exchange) -> None:
        """Keep a token that was just granted (RFC 6749 §5.1) out of everything that is written."""
        body = exchange.response.json.value
        if sent.operation.effect == "token" and isinstance(body, dict):
            self.context.redactor.add_token(str(body.get("access_token", "")), f"token_{CALLER}")

    def unmet(self, step: Step, taken: _Taken) -> tuple[Said, Said] | None:
        """What the first criterion that does not hold asked, and what came; a 2xx when *step* has none."""
        if not step.criteria and taken.exchange and not 200 <= taken.exchange.response.status < 300:
            return phrase("success"), self.said(taken)
        for criterion in step.criteria:
            if not criteria.holds(criterion, taken.scene):
                return _wanted(criterion), self.came(criterion, taken)
        return None

    def came(self, criterion: Criterion, taken: _Taken) -> Said:
        """The values that *criterion* asked for, and the answer's status and code."""
        values = []
        for expression in criteria.expressions(criterion):
            if expression.root != "status":
                found = evaluate(expression, taken.scene)
                shown = phrase("absent") if found is NOTHING else written(found)
                values.append(phrase("is", what=expression.source, value=shown))
        said = self.said(taken)
        for value in values:
            said = phrase("and-then", what=said, more=value)
        return said

    def said(self, taken: _Taken) -> Said:
        """Status and code of the answer."""
        return Answer(self.context.contract, taken.exchange).said if taken.exchange else phrase("absent")

    # Putting down

    def note(self, state: _State, step: Step, taken: _Taken, status: StepStatus) -> None:
        """Put down how *step* ended."""
        wanted, got = taken.unmet or ("", "")
        tries = sum(n for (id, _), n in state.retried.items() if id == step.id)
        shown, redactor = taken.exchange if taken.unmet else None, self.context.redactor
        state.done.append(
            StepResult(
                id=step.id,
                description=step.description,
                operation=taken.operation,
                status=status,
                attempts=tries + 1,
                expected=self.clean(wanted),
                got=self.clean(got),
                curl=curl(shown, redactor) if shown else "",
                lines=script(self.exchange_log, redactor, shown) if shown and status == "failed" else (),
            )
        )

    def clean(self, said: Said) -> Text:
        """What was said, redacted and cut, in both languages."""
        text = told(self.context.redactor.said(said))
        return Text(text.fr[:MAX_FACT_CHARS], text.en[:MAX_FACT_CHARS])


def _next(workflow: Workflow, step: Step) -> Step | None:
    after = [each.id for each in workflow.steps].index(step.id) + 1
    return workflow.steps[after] if after < len(workflow.steps) else None


def _there(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not NOTHING}


def _wanted(criterion: Criterion) -> Said:
    if criterion.kind == "simple":
        return criterion.condition
    return phrase("fits", what=criterion.context, pattern=criterion.condition)


def _status_of(why: Outcome) -> ScenarioStatus:
    return "not_exercised" if isinstance(why, PreconditionMissing) else "inconclusive"
