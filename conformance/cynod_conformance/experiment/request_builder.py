"""A request under construction: an experiment takes a valid one and changes one thing."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from cynod_spec.model import Expression, Operation, Parameter
from cynod_spec.model.serialization import scalar_text, write

Pairs = tuple[tuple[str, str], ...]


class _Nothing:
    def __repr__(self) -> str:
        return "NOTHING"

    def __bool__(self) -> bool:
        return False


NOTHING = _Nothing()
"""Stands for no body, or a member that is not there (None is JSON's null)."""


def written(value: Any) -> str:
    """A parameter's value as text, JSON where it is a list, an object or null."""
    return json.dumps(value) if value is None or isinstance(value, dict | list) else scalar_text(value)


@dataclass(frozen=True)
class RequestBuilder:
    """One request to *operation*; every ``with_`` and ``without_`` gives a changed copy.

    ``raw`` replaces the encoded body when it is not None. ``media_type`` None sends no Content-Type.
    ``serialized`` holds, by place and name, the path and query parameters that are more than one text, as
    they go on the request line; ``given`` the values from which parameters were written.
    """

    operation: Operation
    path: Mapping[str, str] = field(default_factory=dict)
    query: Pairs = ()
    headers: Pairs = ()
    body: Any = NOTHING
    raw: bytes | None = None
    media_type: str | None = None
    serialized: Mapping[tuple[str, str], str] = field(default_factory=dict)
    given: Mapping[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """Path and query as they go on the request line."""
        path = self.operation.path
        for name, value in self.path.items():
            path = path.replace("{" + name + "}", quote(value, safe="", errors="surrogatepass"))
        pieces = [urlencode(self.query, errors="surrogatepass")] if self.query else []
        for (place, name), text in self.serialized.items():
            if place == "path":
                path = path.replace("{" + name + "}", text)
            else:
                pieces.append(text)
        return path + ("?" + "&".join(pieces) if pieces else "")

    @property
    def content(self) -> bytes:
        """The body's bytes."""
        if self.raw is not None:
            return self.raw
        if self.body is NOTHING:
            return b""
        return json.dumps(self.body, ensure_ascii=False).encode("utf-8", "surrogatepass")

    def with_header(self, name: str, value: str) -> RequestBuilder:
        """With the header *name* set once to *value*."""
        kept = tuple(p for p in self.headers if p[0].lower() != name.lower())
        return replace(self, headers=(*kept, (name, value)))

    def without_header(self, name: str) -> RequestBuilder:
        """Without the header *name*."""
        return replace(self, headers=tuple(p for p in self.headers if p[0].lower() != name.lower()))

    def with_query(self, name: str, value: str) -> RequestBuilder:
        """With the query parameter *name* set once to *value*."""
        return replace(self, query=(*(p for p in self.query if p[0] != name), (name, value)))

    def without_query(self, name: str) -> RequestBuilder:
        """Without the query parameter *name*."""
        return replace(self, query=tuple(p for p in self.query if p[0] != name))

    def with_parameter(self, parameter: Parameter, value: Any) -> RequestBuilder:
        """With *parameter* set to *value*; NOTHING takes it away. Raises Unwritable."""
        made = self._with_text(parameter, value)
        given = {place: each for place, each in self.given.items() if place != _place(parameter)}
        return replace(made, given=given if value is NOTHING else {**given, _place(parameter): value})

    def _with_text(self, parameter: Parameter, value: Any) -> RequestBuilder:
        form = parameter.serialization
        if form.is_plain and parameter.place != "cookie":
            return self._with_plain(parameter, value)
        text = None if value is NOTHING else write(form, value)
        if parameter.place == "header":
            absent = text is None
            return self.without_header(form.name) if absent else self.with_header(form.name, text or "")
        if parameter.place == "cookie":
            return self._with_cookie(form.name, text)
        kept = {place: each for place, each in self.serialized.items() if place != _place(parameter)}
        return replace(self, serialized=kept if text is None else {**kept, _place(parameter): text})

    def _with_plain(self, parameter: Parameter, value: Any) -> RequestBuilder:
        match parameter.place:
            case "query":
                absent = value is NOTHING
                return (
                    self.without_query(parameter.name)
                    if absent
                    else self.with_query(parameter.name, written(value))
                )
            case "header":
                if value is NOTHING:
                    return self.without_header(parameter.name)
                return self.with_header(parameter.name, written(value))
            case _:
                return replace(self, path={**self.path, parameter.name: written(value)})

    def _with_cookie(self, name: str, text: str | None) -> RequestBuilder:
        """With *text*, a whole ``name=value``, as the cookie *name*; None takes it away."""
        sent = next((value for header, value in self.headers if header.lower() == "cookie"), "")
        kept = [each for each in sent.split("; ") if each and each.partition("=")[0] != name]
        pairs = "; ".join(kept if text is None else [*kept, text])
        return self.with_header("Cookie", pairs) if pairs else self.without_header("Cookie")

    def with_member(self, path: tuple[str, ...], value: Any) -> RequestBuilder:
        """With the body's member at *path* set to *value*; NOTHING takes it away; () is the whole body."""
        if not path:
            return replace(self, body=value, raw=None)
        body = copy.deepcopy(self.body)
        node = body
        for token in path[:-1]:
            node = node[int(token)] if isinstance(node, list) else node.setdefault(token, {})
        last: Any = int(path[-1]) if isinstance(node, list) else path[-1]
        if value is NOTHING:
            node.pop(last, None)
        else:
            node[last] = value
        return replace(self, body=body, raw=None)

    def with_raw(self, raw: bytes) -> RequestBuilder:
        """With *raw* as body, whatever it says."""
        return replace(self, raw=raw)

    def put(self, expression: Expression, value: Any) -> RequestBuilder:
        """With *value* where *expression* of the request points."""
        parameter = self._parameter(expression)
        if parameter is not None:
            return self.with_parameter(parameter, value)
        match expression.place:
            case "body":
                return self if self.body is NOTHING else self.with_member(expression.path, value)
            case "header":
                return self.with_header(expression.name, written(value))
            case "query":
                return self.with_query(expression.name, written(value))
            case "path":
                return replace(self, path={**self.path, expression.name: written(value)})
            case _:
                return self

    def _parameter(self, expression: Expression) -> Parameter | None:
        """The parameter to which *expression* points, where it is more than a plain text."""
        found = (each for each in self.operation.parameters if each.is_at(expression.place, expression.name))
        parameter = next(found, None)
        is_plain = parameter is None or (parameter.serialization.is_plain and parameter.place != "cookie")
        return None if is_plain else parameter

    def get(self, expression: Expression) -> Any:
        """What stands where *expression* of the request points; NOTHING when nothing does."""
        parameter = self._parameter(expression)
        if parameter is not None:
            return self.given.get(_place(parameter), NOTHING)
        match expression.place:
            case "body":
                node = self.body
                for token in expression.path:
                    try:
                        node = node[int(token)] if isinstance(node, list) else node[token]
                    except (LookupError, TypeError, ValueError):
                        return NOTHING
                return node
            case "header":
                return next((v for n, v in self.headers if n.lower() == expression.name.lower()), NOTHING)
            case "query":
                return next((v for n, v in self.query if n == expression.name), NOTHING)
            case "path":
                return self.path.get(expression.name, NOTHING)
            case _:
                return NOTHING


def _place(parameter: Parameter) -> tuple[str, str]:
    return parameter.place, parameter.name


UNKNOWN_ID = "cf-unknown-0000"


def unknown_ids(draft: RequestBuilder) -> RequestBuilder:
    """*draft* with ids that name nothing."""
    return replace(draft, path=dict.fromkeys(draft.path, UNKNOWN_ID))
