"""A step of a scenario as a call with curl; inputs and outputs of the workflow are shell variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any, Final
from urllib.parse import quote

from cynod_generators.targets.docs.samples.curl import one_line, without_nul
from cynod_generators.targets.docs.samples.messages import FORM
from cynod_spec.base.errors import CynodError
from cynod_spec.model import Operation, Parameter
from cynod_spec.model.serialization import Unwritable, write
from cynod_spec.output.bash import Part, variable
from cynod_spec.output.curl import Call, is_field_name, on_lines
from cynod_spec.output.json_text import json_text
from cynod_spec.output.sample_variables import shell_name
from cynod_spec.workflows.expressions import ExpressionError, is_expression, parse, written
from cynod_spec.workflows.model import Argument, Step, Workflow

_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")
_PLACEHOLDER = re.compile(r"(\{[^{}]*\})")
_PATH: Final = "/-._~:@"  # harmless in a URL
_INDENT: Final = "  "
_MARK: Final = "expression-{}-"
"""A placeholder for an expression while a parameter is serialized; no encoding changes it."""

Parts = tuple[Part, ...]


class Variables:
    """The shell variables that hold the inputs and outputs of one workflow."""

    def __init__(self, workflow: Workflow) -> None:
        outputs = [name for step in workflow.steps for name in step.outputs]
        inputs = [each.name for each in workflow.inputs]
        self._twice = {name for name in outputs if (outputs + inputs).count(name) > 1}

    def output(self, step: str, name: str) -> str:
        """The variable that holds the output *name* of *step*."""
        return shell_name(f"{step}_{name}" if name in self._twice else name)

    def of(self, source: str) -> str:
        """The variable for the expression *source*."""
        try:
            found = parse(source)
        except ExpressionError:
            return shell_name(source)
        if found.root == "steps.outputs":
            return self.output(found.name, found.member)
        return shell_name(
            "_".join(part for part in (found.member or found.name or found.root, *found.path) if part)
        )


def curl(workflow: Workflow, step: Step, operation: Operation, base: str) -> str:
    """The call of *step*; *base* is the variable that holds the server's address."""
    variables = Variables(workflow)
    headers: list[tuple[str, Parts]] = [
        (one_line(each.name), _argument(each, operation, variables))
        for each in workflow.given(step)
        if each.place == "header" and is_field_name(one_line(each.name))
    ]
    cookies = [
        _argument(each, operation, variables) for each in workflow.given(step) if each.place == "cookie"
    ]
    form: list[tuple[str, Parts]] = []
    body: Parts | None = None
    if step.payload is not None:
        value, media_type = step.payload.value, step.payload.media_type
        if media_type == FORM and isinstance(value, dict):
            form = [(name, _parts(each, variables, without_nul)) for name, each in value.items()]
        else:
            headers += [("Content-Type", (one_line(media_type),))] if media_type else []
            body = tuple(_json(value, variables, "\n"))
    return on_lines(
        Call(
            url=(variable(base), *_target(workflow, step, operation, variables)),
            method=operation.method,
            headers=headers,
            cookie=_joined(cookies, "; "),
            form=form,
            body=body,
        )
    )


def _joined(lists: Sequence[Parts], separator: str) -> Parts:
    parts: list[Part] = []
    for index, each in enumerate(lists):
        parts += (separator, *each) if index else each
    return tuple(parts)


def _argument(argument: Argument, operation: Operation, variables: Variables) -> Parts:
    """The value of *argument* as the document says that its parameter is written."""
    place = argument.place or ""
    found = (each for each in operation.parameters if each.is_at(place, argument.name))
    parameter = next(found, None)
    if parameter is not None and not (parameter.serialization.is_plain and place in ("path", "header")):
        return _serialized(parameter, argument.value, variables)
    parts = _parts(argument.value, variables, one_line if place == "header" else _of_url)
    named = f"{_of_url(argument.name)}="
    return (named, *parts) if place in ("query", "cookie") else parts


def _serialized(parameter: Parameter, value: Any, variables: Variables) -> Parts:
    """*value* as *parameter* is written, with a variable for each expression in it.

    Raises CynodError for a value that its style has no text for.
    """
    marks: dict[str, str] = {}
    taken = json_text(value)

    def marked(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: marked(each) for key, each in part.items()}
        if isinstance(part, list):
            return [marked(each) for each in part]
        if not isinstance(part, str):
            return part
        return "".join(
            mark_of(variables.of(each)) if is_variable else each for is_variable, each in _split(part)
        )

    def mark_of(name: str) -> str:
        mark = next(each for each in map(_MARK.format, count(len(marks))) if each not in taken)
        marks[mark] = name
        return mark

    try:
        text = write(parameter.serialization, marked(value)) or ""
    except Unwritable as error:
        message = f"the value of the parameter {parameter.name} cannot be sent: {error}"
        raise CynodError(message, "correct the step", parameter.at) from None
    text = one_line(text)
    if not marks:
        return (text,)
    pieces = re.split("(" + "|".join(marks) + ")", text)
    return tuple(variable(marks[piece]) if piece in marks else piece for piece in pieces if piece)


def _target(workflow: Workflow, step: Step, operation: Operation, variables: Variables) -> Parts:
    given = {(each.place, each.name): each for each in workflow.given(step)}
    parts: list[Part] = []
    for part in _PLACEHOLDER.split(operation.path):
        known = ("path", part[1:-1])
        literal = (quote(part, safe=_PATH),)
        parts += _argument(given[known], operation, variables) if known in given else literal
    lead = "?"
    for (place, _), argument in given.items():
        if place == "query" and any(found := _argument(argument, operation, variables)):
            parts += (lead, *found)
            lead = "&"
    return tuple(parts)


def _of_url(text: str) -> str:
    return quote(text, safe="")


def _parts(value: Any, variables: Variables, plain: Callable[[str], str]) -> Parts:
    """*value* with a variable for each expression in it; *plain* encodes its other characters."""
    if not isinstance(value, str):
        return (plain(written(value)),)
    return tuple(
        variable(variables.of(part)) if is_variable else plain(part) for is_variable, part in _split(value)
    )


def _split(text: str) -> list[tuple[bool, str]]:
    """The pieces of *text*, each with whether it is an expression."""
    if is_expression(text):
        return [(True, text)]
    return [(odd % 2 == 1, part) for odd, part in enumerate(_EMBEDDED.split(text))]


def _json(value: Any, variables: Variables, new_line: str) -> Iterator[Part]:
    """*value* as JSON with one item on each line; lines begin with *new_line*."""
    if not isinstance(value, dict | list) or not value:
        yield from _json_text(value, variables) if isinstance(value, str) else (json_text(value),)
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    inside = new_line + _INDENT
    for index, each in enumerate(value):
        yield ("," if index else opening) + inside
        if isinstance(value, dict):
            yield json_text(str(each)) + ": "
        yield from _json(value[each] if isinstance(value, dict) else each, variables, inside)
    yield new_line + closing


def _json_text(text: str, variables: Variables) -> Iterator[Part]:
    yield '"'
    yield from _parts(text, variables, lambda literal: json_text(literal)[1:-1])
    yield '"'
