"""A step of a scenario as a line of curl: what is known later stands as a variable of the shell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from cynod_generators.targets.docs.answers import FORM
from cynod_spec.model import Operation
from cynod_spec.output.json_text import json_text
from cynod_spec.workflows.expressions import ExpressionError, is_expression, parse, written
from cynod_spec.workflows.model import Step, Workflow

_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")
_PLACEHOLDER = re.compile(r"(\{[^{}]*\})")
_MARK: Final = "\ue000"  # of no text: it is a code point for private use, taken out of every text
_HIDDEN = re.compile(f"{_MARK}([^{_MARK}]*){_MARK}")
_UNSAFE = re.compile(r"[^A-Za-z0-9_]")
_PATH: Final = "/-._~:@"  # harmless in a URL and in a shell alike


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
    url = f'"${base}"' + _target(workflow, step, operation, variables)
    method = "" if operation.method == "GET" else f"--request {shlex.quote(operation.method)} "
    return " \\\n  ".join([f"curl {method}{url}", *_options(workflow, step, variables)])


def _options(workflow: Workflow, step: Step, variables: Variables) -> Iterator[str]:
    for argument in workflow.given(step):
        if argument.place == "header":
            yield f"--header {_shell(f'{_line(argument.name)}: ' + _marked(argument.value, variables))}"
    if step.payload is None:
        return
    value, media_type = step.payload.value, step.payload.media_type
    if media_type == FORM and isinstance(value, dict):
        for name, each in value.items():
            yield f"--data-urlencode {_shell(quote(name) + '=' + _marked(each, variables))}"
        return
    if media_type:
        yield f"--header {shlex.quote(f'Content-Type: {_line(media_type)}')}"
    yield f"--data {_shell(_json(value, variables))}"


def _target(workflow: Workflow, step: Step, operation: Operation, variables: Variables) -> str:
    given = {(each.place, each.name): each.value for each in workflow.given(step)}
    path = "".join(
        _marked(given["path", part[1:-1]], variables, safe="")
        if ("path", part[1:-1]) in given
        else quote(part, safe=_PATH)
        for part in _PLACEHOLDER.split(operation.path)
    )
    query = "&".join(
        f"{quote(name, safe='')}={_marked(value, variables, safe='')}"
        for (place, name), value in given.items()
        if place == "query"
    )
    return _shell(path + ("?" + query if query else ""))


def _marked(value: Any, variables: Variables, *, safe: str | None = None) -> str:
    """*value* as text in which variables are hidden; its own characters are encoded for a URL if *safe*."""

    def plain(text: str) -> str:
        cleaned = _line(text)
        return cleaned if safe is None else quote(cleaned, safe=safe)

    if not isinstance(value, str):
        return plain(written(value))
    if is_expression(value):
        return _hidden(value, variables)
    parts = _EMBEDDED.split(value)
    return "".join(_hidden(part, variables) if odd % 2 else plain(part) for odd, part in enumerate(parts))


def _hidden(source: str, variables: Variables) -> str:
    return f"{_MARK}{variables.of(source)}{_MARK}"


def _json(value: Any, variables: Variables) -> str:
    def marked(each: Any) -> Any:
        if isinstance(each, dict):
            return {_line(name): marked(member) for name, member in each.items()}
        if isinstance(each, list):
            return [marked(item) for item in each]
        return _marked(each, variables) if isinstance(each, str) else each

    return json_text(marked(value))


def _shell(text: str) -> str:
    """*text* as one word of a shell in which the hidden variables are expanded and nothing else is."""
    parts = _HIDDEN.split(text)
    words = [f'"${part}"' if odd % 2 else shlex.quote(part) for odd, part in enumerate(parts) if part]
    return "".join(words) or "''"


def _line(text: str) -> str:
    """*text* on one line, as a header may hold it, and without the mark of a variable."""
    return re.sub(r"\s*[\r\n]\s*", " ", text.replace(_MARK, ""))
