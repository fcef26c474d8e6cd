"""A step of a scenario as a line of curl: what is known later stands as a variable of the shell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import quote

from cynod_generators.targets.docs.answers import FORM
from cynod_generators.targets.docs.samples import one_line, without_nul
from cynod_spec.model import Operation
from cynod_spec.output.bash import Part, variable
from cynod_spec.output.curl import Call, is_field_name, on_lines
from cynod_spec.output.json_text import json_text
from cynod_spec.workflows.expressions import ExpressionError, is_expression, parse, written
from cynod_spec.workflows.model import Step, Workflow

_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")
_PLACEHOLDER = re.compile(r"(\{[^{}]*\})")
_UNSAFE = re.compile(r"[^A-Za-z0-9_]")
_PATH: Final = "/-._~:@"  # harmless in a URL
_INDENT: Final = "  "

Parts = tuple[Part, ...]


class Variables:
    """The names under which a reader keeps inputs and outputs of one workflow."""

    def __init__(self, workflow: Workflow) -> None:
        outputs = [name for step in workflow.steps for name in step.outputs]
        inputs = [each.name for each in workflow.inputs]
        self._twice = {name for name in outputs if (outputs + inputs).count(name) > 1}

    def output(self, step: str, name: str) -> str:
        """The variable that holds the output *name* of *step*."""
        return _safe(f"{step}_{name}" if name in self._twice else name)

    def of(self, source: str) -> str:
        """The variable for the expression *source*."""
        try:
            found = parse(source)
        except ExpressionError:
            return _safe(source)
        if found.root == "steps.outputs":
            return self.output(found.name, found.member)
        return _safe(
            "_".join(part for part in (found.member or found.name or found.root, *found.path) if part)
        )


def _safe(name: str) -> str:
    kept = _UNSAFE.sub("_", name).strip("_")
    return f"v{kept}" if not kept or kept[0].isdigit() else kept


def curl(workflow: Workflow, step: Step, operation: Operation, base: str) -> str:
    """The call of *step*; *base* is the variable that holds the server's address."""
    variables = Variables(workflow)
    headers: list[tuple[str, Parts]] = [
        (one_line(each.name), _parts(each.value, variables, one_line))
        for each in workflow.given(step)
        if each.place == "header" and is_field_name(one_line(each.name))
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
            form=form,
            body=body,
        )
    )


def _target(workflow: Workflow, step: Step, operation: Operation, variables: Variables) -> Parts:
    given = {(each.place, each.name): each.value for each in workflow.given(step)}
    parts: list[Part] = []
    for part in _PLACEHOLDER.split(operation.path):
        known = ("path", part[1:-1])
        parts += _parts(given[known], variables, _of_url) if known in given else (quote(part, safe=_PATH),)
    lead = "?"
    for (place, name), value in given.items():
        if place == "query":
            parts += (f"{lead}{quote(name, safe='')}=", *_parts(value, variables, _of_url))
            lead = "&"
    return tuple(parts)


def _of_url(text: str) -> str:
    return quote(text, safe="")


def _parts(value: Any, variables: Variables, plain: Callable[[str], str]) -> Parts:
    """*value* with a variable for each expression in it; its own characters are as *plain* writes them."""
    if not isinstance(value, str):
        return (plain(written(value)),)
    if is_expression(value):
        return (variable(variables.of(value)),)
    parts = enumerate(_EMBEDDED.split(value))
    return tuple(variable(variables.of(part)) if odd % 2 else plain(part) for odd, part in parts)


def _json(value: Any, variables: Variables, new_line: str) -> Iterator[Part]:
    """*value* as JSON, an item a line, each of which begins with *new_line*."""
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
