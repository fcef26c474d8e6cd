"""Samples of requests with curl, to copy into a shell. Every text of the document is quoted for bash."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from cynod_generators.ir.build import plain
from cynod_generators.targets.docs.samples.messages import FORM
from cynod_generators.targets.docs.text.serialized_values import serialized, text_of
from cynod_spec.i18n.catalogue import Texts
from cynod_spec.model import Body, Contract, Operation
from cynod_spec.output.bash import Part, variable
from cynod_spec.output.curl import Call, is_field_name, on_lines
from cynod_spec.output.json_text import json_text
from cynod_spec.output.sample_variables import ACCESS_TOKEN, BASE_URL, CONSUMER_KEY, CONSUMER_SECRET
from cynod_spec.schema.directions import in_direction, schema_in
from cynod_spec.schema.sample import sample

_PATH = "/-._~:@"  # harmless in a URL
_PLACEHOLDER = re.compile(r"(\{[^{}]*\})")
_BREAKS = re.compile(r"\s*[\r\n\0]\s*")


def curl(contract: Contract, operation: Operation, words: Texts) -> str:
    """A call of *operation* with the document's examples. *words* is the catalogue of the page's language."""
    kinds = [scheme.kind for scheme in contract.security.schemes if scheme.name in operation.schemes]
    has_token, has_pair = "client-credentials" in kinds, "basic" in kinds
    token: tuple[Part, ...] = ("Bearer ", variable(ACCESS_TOKEN))
    pair: tuple[Part, ...] = (variable(CONSUMER_KEY), ":", variable(CONSUMER_SECRET))
    media_type, form, body = _body(contract, operation.body) if operation.body else ("", [], None)
    headers = [("Authorization", token)] if has_token else []
    headers += [(name, (value,)) for name, value in _headers(contract, operation)]
    headers += [("Content-Type", (media_type,))] if media_type else []
    return on_lines(
        Call(
            url=(variable(BASE_URL), _target(contract, operation)),
            method=operation.method,
            headers=headers,
            user=pair if has_pair and not has_token else (),
            cookie=tuple(_cookies(contract, operation)),
            form=form,
            body=body,
        )
    )


def _headers(contract: Contract, operation: Operation) -> Iterator[tuple[str, str]]:
    for parameter in operation.parameters:
        name = one_line(parameter.name)
        if parameter.place == "header" and parameter.required and is_field_name(name):
            yield name, one_line(serialized(contract, parameter)).strip()


def _cookies(contract: Contract, operation: Operation) -> Iterator[str]:
    required = [each for each in operation.parameters if each.place == "cookie" and each.required]
    for number, parameter in enumerate(required):
        yield ("; " if number else "") + serialized(contract, parameter)


def _body(
    contract: Contract, body: Body
) -> tuple[str, list[tuple[str, tuple[Part, ...]]], tuple[Part, ...] | None]:
    """The media type to send (empty for a form), the members of a form, and any other body."""
    value = plain(next(iter(body.examples.values()), None))
    if value is None:
        sent = in_direction(contract, "request")
        value = plain(sample(sent, schema_in(sent, body.schema)))
    media_type = one_line(body.media_types[0]) if body.media_types else "application/json"
    if media_type == FORM and isinstance(value, dict):
        return "", [(name, (without_nul(text_of(each)),)) for name, each in value.items()], None
    return media_type, [], (json_text(value),)


def _target(contract: Contract, operation: Operation) -> str:
    placed = {parameter.name: parameter for parameter in operation.parameters if parameter.place == "path"}
    path = "".join(
        serialized(contract, placed[part[1:-1]]) if part[1:-1] in placed else quote(part, safe=_PATH)
        for part in _PLACEHOLDER.split(operation.path)
    )
    query = [
        serialized(contract, parameter)
        for parameter in operation.parameters
        if parameter.place == "query" and parameter.required
    ]
    return path + ("?" + "&".join(query) if query else "")


def one_line(text: str) -> str:
    """*text* on one line: what a header may hold."""
    return _BREAKS.sub(" ", text)


def without_nul(text: str) -> str:
    """*text* as a word of a shell may hold it."""
    return text.replace("\0", "\ufffd")
