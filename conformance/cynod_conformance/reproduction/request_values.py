"""The values of a request or an answer by the names that the document gives them: what a story compares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from cynod_conformance.observe.exchange import Request
from cynod_conformance.reproduction.redaction import Redactor
from cynod_spec.model import Operation

MAX_MEMBERS = 200  # of one body that are read
MAX_BODY_OCTETS = 100_000  # of a body whose members are read; a larger one is one value
MAX_VALUE_CHARS = 60  # of a value that is shown whole
HEAD_CHARS, TAIL_CHARS = 24, 8  # that are shown of a longer one
FORM = "application/x-www-form-urlencoded"
BODY = "body"  # the name under which a body without members is shown


def request_values(operation: Operation | None, request: Request, redactor: Redactor) -> dict[str, str]:
    """The values in the path, the query and the body of *request*, redacted, by their names.

    A member of a body is named by its way, ``price.amount``; a body that is neither JSON nor a form is one
    value, and so is JSON that is no object.
    """
    url = urlsplit(request.url)
    found: dict[str, str] = {}
    for name, value in (
        *_path_values(operation, url.path),
        *parse_qsl(url.query, keep_blank_values=True),
        *_body_values(request, redactor),
    ):
        _add(found, redactor.text(name), redactor.value(value, name))
    return found


def members(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each scalar of a JSON *value*, as it is written, by its way from the root; a list of texts is one."""
    if isinstance(value, dict) and value:
        for each, member in value.items():
            yield from members(member, f"{name}.{each}" if name else each)
    elif isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        yield name or BODY, ", ".join(value)
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from members(item, f"{name}[{index}]")
    else:
        yield name or BODY, value if isinstance(value, str) else json.dumps(value)


def shown(value: str) -> str:
    """*value* as a story shows it: a long one by its ends and its length."""
    if not value:
        return '""'
    if len(value) <= MAX_VALUE_CHARS:
        return value
    return f"{value[:HEAD_CHARS]}…{value[-TAIL_CHARS:]} ({len(value)})"


def _add(found: dict[str, str], name: str, value: str) -> None:
    """Put *value* down, under a name of its own where *name* stands twice."""
    count = 2
    unique = name
    while unique in found:
        unique = f"{name} ({count})"
        count += 1
    found[unique] = value


def _path_values(operation: Operation | None, path: str) -> Iterator[tuple[str, str]]:
    """What stands in the places of the template of *operation*, whatever the base path is."""
    if operation is None:
        return
    names = operation.path.split("/")
    values = path.split("/")[-len(names) :]
    for name, value in zip(names[-len(values) :], values, strict=True):
        if name.startswith("{") and name.endswith("}"):
            yield name[1:-1], unquote(value)


def _body_values(request: Request, redactor: Redactor) -> Iterator[tuple[str, str]]:
    """The values in the body. Members are redacted each by its name, before they are told by their way."""
    if not request.body:
        return
    text = request.body.decode("utf-8", "backslashreplace")
    if len(request.body) > MAX_BODY_OCTETS:
        yield BODY, text
    elif (request.header("Content-Type") or "").partition(";")[0].strip().lower() == FORM:
        yield from parse_qsl(text, keep_blank_values=True)
    else:
        try:
            found = list(members(redactor.value(json.loads(text))))
        except (ValueError, RecursionError):
            found = [(BODY, text)]
        yield from found[:MAX_MEMBERS]
