"""Runtime expressions of Arazzo (§5.1): parsed once, evaluated against what is known at that moment."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cynod_spec.base import pointer as pointers
from cynod_spec.base.pointer import Tokens

Pairs = tuple[tuple[str, str], ...]
_SIMPLE: Final = {"$url": "url", "$method": "method", "$statusCode": "status"}
_MESSAGE = re.compile(r"\$(request|response)\.(?:(header|query|path)\.([^#]+)|(body)(?:#(.*))?)", re.DOTALL)
_NAME = r"[A-Za-z0-9_.-]+"
_INPUT = re.compile(rf"\$(inputs|outputs)\.({_NAME})(?:#(.*))?", re.DOTALL)
_OUTPUT = re.compile(
    rf"\$(steps|workflows)\.([A-Za-z0-9_-]+)\.(outputs|inputs)\.({_NAME})(?:#(.*))?", re.DOTALL
)
_SOURCE = re.compile(r"\$sourceDescriptions\.([A-Za-z0-9_-]+)\.(.+)", re.DOTALL)
_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")
_ROOTS: Final = (
    *(*_SIMPLE, "$request.", "$response.", "$inputs.", "$outputs.", "$steps.", "$workflows."),
    *("$sourceDescriptions.", "$components."),
)


class _Nothing:
    """Stands for what an expression points at when nothing is there (None is JSON's null)."""

    def __repr__(self) -> str:
        return "NOTHING"

    def __bool__(self) -> bool:
        return False


NOTHING: Final = _Nothing()


class ExpressionError(ValueError):
    """A text that begins like a runtime expression and is none, or one that leads to nothing."""


@dataclass(frozen=True, slots=True)
class WorkflowExpression:
    """A runtime expression. ``root`` is its first word; ``path`` are the tokens of the pointer behind ``#``.

    ``name`` is a step or workflow for ``steps`` and ``workflows``, a place (``header``, ``body``…) for
    ``request`` and ``response``, an input or output otherwise; ``member`` is the output of that step, or the
    header's name.
    """

    source: str
    root: str
    name: str = ""
    member: str = ""
    path: Tokens = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer, as expressions see it."""

    headers: Pairs = ()
    body: Any = NOTHING
    query: Mapping[str, str] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that an expression may ask for."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    steps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # step → its outputs
    workflows: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    url: str = ""
    method: str = ""
    status: int | None = None
    request: Message = field(default_factory=Message)
    response: Message = field(default_factory=Message)


def is_expression(text: str) -> bool:
    """Whether *text* begins as one; a text that begins otherwise stands for itself."""
    return text.startswith(_ROOTS)


def parse(source: str) -> WorkflowExpression:
    """The expression *source*. Raises ExpressionError."""
    if source in _SIMPLE:
        return WorkflowExpression(source, _SIMPLE[source])
    if found := _MESSAGE.fullmatch(source):
        side, place, name, body, path = found.groups()
        if place == "path" and side == "response":
            raise ExpressionError(f"{source!r}: an answer has no path")
        return WorkflowExpression(source, side, place or body, name or "", _tokens(source, path))
    if found := _INPUT.fullmatch(source):
        return WorkflowExpression(source, found[1], found[2], "", _tokens(source, found[3]))
    if found := _OUTPUT.fullmatch(source):
        root, name, kind, member, path = found.groups()
        if (root, kind) != ("steps", "inputs"):
            return WorkflowExpression(source, f"{root}.{kind}", name, member, _tokens(source, path))
    if found := _SOURCE.fullmatch(source):
        return WorkflowExpression(source, "sourceDescriptions", found[1], found[2])
    raise ExpressionError(f"{source!r} is no runtime expression")


def _tokens(source: str, pointer: str | None) -> Tokens:
    try:
        return pointers.split(pointer or "")
    except ValueError:
        raise ExpressionError(f"{source!r} holds no JSON pointer after '#'") from None


def evaluate(expression: WorkflowExpression, scene: Scene) -> Any:
    """What *expression* points at in *scene*; NOTHING when nothing is there."""
    found = _found(expression, scene)
    try:
        return found if found is NOTHING else pointers.resolve(found, expression.path)
    except LookupError:
        return NOTHING


def _found(expression: WorkflowExpression, scene: Scene) -> Any:
    name, member = expression.name, expression.member
    match expression.root:
        case "url":
            return scene.url
        case "method":
            return scene.method
        case "status":
            return NOTHING if scene.status is None else scene.status
        case "request":
            return _part(scene.request, name, member)
        case "response":
            return _part(scene.response, name, member)
        case "inputs":
            return scene.inputs.get(name, NOTHING)
        case "outputs":
            return scene.outputs.get(name, NOTHING)
        case "steps.outputs":
            return scene.steps.get(name, {}).get(member, NOTHING)
        case "workflows.outputs" | "workflows.inputs":
            kind = expression.root.partition(".")[2]
            return scene.workflows.get(name, {}).get(kind, {}).get(member, NOTHING)
        case _:
            return NOTHING


def _part(message: Message, place: str, name: str) -> Any:
    if place == "header":
        return next((value for key, value in message.headers if key.lower() == name.lower()), NOTHING)
    if place == "body":
        return message.body
    return (message.query if place == "query" else message.path).get(name, NOTHING)


def resolve(value: Any, scene: Scene) -> Any:
    """*value* with each expression replaced by what it points at, which keeps its type.

    An expression in braces within a longer text is written into it. Raises ExpressionError, naming the
    expression, when nothing is there.
    """
    if isinstance(value, dict):
        return {key: resolve(each, scene) for key, each in value.items()}
    if isinstance(value, list):
        return [resolve(each, scene) for each in value]
    if not isinstance(value, str):
        return value
    if is_expression(value):
        return _needed(value, scene)
    whole = _EMBEDDED.fullmatch(value)
    if whole:
        return _needed(whole[1], scene)
    return _EMBEDDED.sub(lambda found: written(_needed(found[1], scene)), value)


def _needed(source: str, scene: Scene) -> Any:
    found = evaluate(parse(source), scene)
    if found is NOTHING:
        raise ExpressionError(f"nothing stands at {source}")
    return found


def written(value: Any) -> str:
    """*value* within a text, or as a parameter: JSON, but for strings."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def expressions(value: Any, path: Tokens = ()) -> Iterator[tuple[Tokens, str]]:
    """Every expression in *value*, whole or in braces, and the way to the text that holds it."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from expressions(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from expressions(each, (*path, str(index)))
    elif isinstance(value, str):
        if is_expression(value):
            yield path, value
        else:
            yield from ((path, found) for found in _EMBEDDED.findall(value))


def has_expression(value: Any) -> bool:
    """Whether *value* is known only when the workflow runs."""
    return next(expressions(value), None) is not None
