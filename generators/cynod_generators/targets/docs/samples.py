"""Samples of requests with curl, to copy into a shell: every text of the document is quoted for it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from cynod_generators.ir import plain
from cynod_generators.targets.docs.answers import FORM
from cynod_spec.model import Body, Contract, Operation, Parameter
from cynod_spec.output.json_text import json_text
from cynod_spec.sample import sample

_PATH = "/-._~:@"  # harmless in a URL and in a shell alike
_PLACEHOLDER = re.compile(r"(\{[^{}]*\})")


def curl(contract: Contract, operation: Operation, words: SimpleNamespace) -> str:
    """The call of *operation* with the document's own examples; *words* names the shell's variables."""
    url = f'"${words.var_base}{_target(contract, operation)}"'
    method = "" if operation.method == "GET" else f"--request {shlex.quote(operation.method)} "
    return " \\\n  ".join([f"curl {method}{url}", *_options(contract, operation, words)])


def assignment(name: str, value: str) -> str:
    """A line of shell that gives *name* the *value*."""
    return f"{name}={shlex.quote(value)}"


def _options(contract: Contract, operation: Operation, words: SimpleNamespace) -> Iterator[str]:
    kinds = [scheme.kind for scheme in contract.security.schemes if scheme.name in operation.schemes]
    if "client-credentials" in kinds:
        yield f'--header "Authorization: Bearer ${words.var_token}"'
    elif "basic" in kinds:
        yield f'--user "${words.var_key}:${words.var_secret}"'
    for parameter in operation.parameters:
        if parameter.place == "header" and parameter.required:
            yield f"--header {shlex.quote(_line(parameter.name) + ': ' + _line(_value(contract, parameter)))}"
    if operation.body is not None:
        yield from _body(contract, operation.body)


def _body(contract: Contract, body: Body) -> Iterator[str]:
    value = plain(next(iter(body.examples.values()), None))
    if value is None:
        value = plain(sample(contract, body.schema))
    media_type = _line(body.media_types[0]) if body.media_types else "application/json"
    if media_type == FORM and isinstance(value, dict):
        for name, each in value.items():
            yield f"--data-urlencode {shlex.quote(f'{quote(name)}={_text(each)}')}"
        return
    yield f"--header {shlex.quote(f'Content-Type: {media_type}')}"
    yield f"--data {shlex.quote(json_text(value))}"


def _target(contract: Contract, operation: Operation) -> str:
    placed = {parameter.name: parameter for parameter in operation.parameters if parameter.place == "path"}
    path = "".join(
        quote(_value(contract, placed[part[1:-1]]), safe="")
        if part[1:-1] in placed
        else quote(part, safe=_PATH)
        for part in _PLACEHOLDER.split(operation.path)
    )
    query = [
        f"{quote(parameter.name, safe='')}={quote(_value(contract, parameter), safe='')}"
        for parameter in operation.parameters
        if parameter.place == "query" and parameter.required
    ]
    return path + ("?" + "&".join(query) if query else "")


def _value(contract: Contract, parameter: Parameter) -> str:
    given = parameter.example
    return _text(plain(given if given is not None else sample(contract, parameter.schema)))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json_text(value)


def _line(text: str) -> str:
    """*text* on one line: what a header may hold."""
    return " ".join(text.split())
