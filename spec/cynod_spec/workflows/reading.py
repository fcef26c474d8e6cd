"""An Arazzo document → its model: the structure by schema first, then node by node."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

from cynod_spec.base.errors import DocumentError
from cynod_spec.base.pointer import Tokens
from cynod_spec.environment.locating import WORKFLOWS, default_workflows
from cynod_spec.model import Text
from cynod_spec.source.document import Source
from cynod_spec.source.node import Node
from cynod_spec.source.reading import read_workflows
from cynod_spec.workflows.model import (
    Action,
    ActionKind,
    Argument,
    ArgumentPlace,
    Criterion,
    CriterionKind,
    Description,
    Input,
    InputRole,
    Payload,
    Replacement,
    Step,
    Workflow,
    Workflows,
)

SCHEMA: Final = Path(__file__).with_name("arazzo.schema.json")
_MAX_PROBLEM_CHARACTERS: Final = 200  # characters of a problem
_Item = TypeVar("_Item")


def load(path: str | None = None) -> Workflows:
    """The workflows at *path*, or those shipped with the package.

    Raises UsageError when there is no such file, DocumentError with its place when it is no Arazzo document.
    """
    source = read_workflows(path if path is not None else default_workflows())
    for tokens, problem in problems(source):
        raise DocumentError(f"no valid Arazzo: {problem}", "see the specification", source.place(tokens))
    return build(source)


def beside(contract: str) -> str | None:
    """The path of the workflows beside the document *contract*, or None."""
    path = Path(contract).with_name(WORKFLOWS)
    return str(path) if path.is_file() else None


def problems(source: Source) -> Iterator[tuple[Tokens, str]]:
    """What makes the structure of *source* no Arazzo, each with its place."""
    for error in _structure().iter_errors(source.value):
        tokens = tuple(str(step) for step in error.instance_path)
        unexpected = getattr(error.kind, "unexpected", None)
        if unexpected:
            yield from (((*tokens, name), f"the member {name!r} is not known here") for name in unexpected)
        else:
            yield tokens, error.message[:_MAX_PROBLEM_CHARACTERS]


@cache
def _structure() -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))


def build(source: Source) -> Workflows:
    """The model of *source*, whose structure is valid. Raises DocumentError for a reference to nothing."""
    root = Node.root(source)
    info = root.need("info")
    return Workflows(
        file=source.file,
        sha256=source.sha256,
        title=info.text("title"),
        description=info.text("description"),
        sources=tuple(_description(item) for item in root.items("sourceDescriptions")),
        workflows=tuple(_workflow(item) for item in root.items("workflows")),
        roles={name: _one_of(get_args(InputRole), node) for name, node in root.members("x-cynod", "inputs")},
    )


def _description(node: Node) -> Description:
    kind = node.get("type")
    return Description(
        node.need("name").string(),
        node.need("url").string(),
        "arazzo" if kind and kind.value == "arazzo" else "openapi",
        node.at,
    )


def _workflow(node: Node) -> Workflow:
    return Workflow(
        id=node.need("workflowId").string(),
        summary=node.text("summary"),
        description=node.text("description"),
        inputs=tuple(_inputs(node)),
        depends_on=tuple(item.string() for item in node.items("dependsOn")),
        steps=tuple(_step(item) for item in node.items("steps")),
        on_success=tuple(_action(item) for item in node.items("successActions")),
        on_failure=tuple(_action(item) for item in node.items("failureActions")),
        arguments=tuple(_argument(item) for item in node.items("parameters")),
        outputs=_outputs(node),
        at=node.at,
    )


def _inputs(node: Node) -> Iterator[Input]:
    held = node.get("inputs")
    if held is None:
        return
    schema = held.resolved()
    required = [item.string() for item in schema.items("required")]
    for name, member in schema.members("properties"):
        one = member.resolved()
        default = one.get("default")
        text = one.text("description") if one.get("description") else Text("")
        yield Input(name, text, name in required, default.value if default else None, member.at)


def _step(node: Node) -> Step:
    body, answer = node.get("requestBody"), node.extension("answer")
    return Step(
        id=node.need("stepId").string(),
        description=node.text("description"),
        operation=_text(node, "operationId"),
        operation_path=_text(node, "operationPath"),
        workflow=_text(node, "workflowId"),
        arguments=tuple(_argument(item) for item in node.items("parameters")),
        payload=_payload(body) if body else None,
        criteria=tuple(_criterion(item) for item in node.items("successCriteria")),
        on_success=tuple(_action(item) for item in node.items("onSuccess")),
        on_failure=tuple(_action(item) for item in node.items("onFailure")),
        outputs=_outputs(node),
        is_lost=answer is not None and answer.value == "lost",
        at=node.at,
    )


def _component(node: Node) -> Node:
    """The component that *node* refers to, itself when it refers to none."""
    seen: set[str] = set()
    while isinstance(reference := node.mapping().get("reference"), str):
        kind, _, name = reference.removeprefix("$components.").partition(".")
        found = Node.root(node.source).get("components", kind, name)
        if found is None or reference in seen:
            hint = "name a component of this document, such as $components.parameters.name"
            raise DocumentError(f"{reference!r} leads nowhere", hint, node.at, "reference-unresolved")
        seen.add(reference)
        node = found
    return node


def _argument(written: Node) -> Argument:
    """A parameter; ``value`` beside a reference takes the place of the component's own (§4.6.10)."""
    node = _component(written)
    place = node.get("in")
    return Argument(
        node.need("name").string(),
        _one_of(get_args(ArgumentPlace), place) if place else None,
        (written.get("value") or node.need("value")).value,
        written.at,
    )


def _payload(node: Node) -> Payload:
    value = node.get("payload")
    return Payload(
        _text(node, "contentType"),
        value.value if value else None,
        tuple(
            Replacement(item.need("target").string(), item.need("value").value, item.at)
            for item in node.items("replacements")
        ),
        node.at,
    )


def _action(written: Node) -> Action:
    node = _component(written)
    after, limit = node.get("retryAfter"), node.get("retryLimit")
    return Action(
        name=node.need("name").string(),
        kind=_one_of(get_args(ActionKind), node.need("type")),
        step=_text(node, "stepId"),
        workflow=_text(node, "workflowId"),
        criteria=tuple(_criterion(item) for item in node.items("criteria")),
        after=float(after.value) if after else 0.0,
        limit=limit.integer() if limit else 1,
        at=written.at,
    )


def _criterion(node: Node) -> Criterion:
    kind = node.get("type")
    if kind is not None and isinstance(kind.value, dict):
        kind = kind.need("type")
    return Criterion(
        node.need("condition").string(),
        _one_of(get_args(CriterionKind), kind) if kind else "simple",
        _text(node, "context"),
        node.at,
    )


def _outputs(node: Node) -> dict[str, str]:
    return {name: member.string() for name, member in node.members("outputs")}


def _text(node: Node, key: str) -> str:
    found = node.get(key)
    return found.string() if found else ""


def _one_of(known: tuple[_Item, ...], node: Node) -> _Item:
    """The one of *known* that stands in *node*."""
    found = next((each for each in known if each == node.value), None)
    if found is None:
        node.fail(f"{node.described} is {node.value!r}", "one of " + ", ".join(map(str, known)))
    return found
