"""A request under construction: an experiment takes a valid one and changes one thing."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from cynod_spec.model import Expression, Operation, Parameter

Pairs = tuple[tuple[str, str], ...]


class _Nothing:
    def __repr__(self) -> str:
        return "NOTHING"

    def __bool__(self) -> bool:
        return False


NOTHING = _Nothing()
"""Stands for no body, or a member that is not there (None is JSON's null)."""


def written(value: Any) -> str:
    """A parameter's value as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        value
        if isinstance(value, str)
        else json.dumps(value)
        if isinstance(value, dict | list)
        else str(value)
    )


@dataclass(frozen=True)
class Draft:
    """One request to *operation*; every ``with_`` and ``without_`` gives a changed copy.

    ``raw`` replaces the encoded body when it is not None. ``media_type`` None sends no Content-Type.
    """

    operation: Operation
    path: Mapping[str, str] = field(default_factory=dict)
    query: Pairs = ()
    headers: Pairs = ()
    body: Any = NOTHING
    raw: bytes | None = None
    media_type: str | None = None

    @property
    def target(self) -> str:
        """Path and query as they go on the request line."""
        path = self.operation.path
        for name, value in self.path.items():
            path = path.replace("{" + name + "}", quote(value, safe="", errors="surrogatepass"))
        return path + ("?" + urlencode(self.query, errors="surrogatepass") if self.query else "")

    @property
    def content(self) -> bytes:
        """The body's bytes."""
        if self.raw is not None:
            return self.raw
        if self.body is NOTHING:
            return b""
        return json.dumps(self.body, ensure_ascii=False).encode("utf-8", "surrogatepass")

    def with_header(self, name: str, value: str) -> Draft:
        """With the header *name* set once to *value*."""
        kept = tuple(p for p in self.headers if p[0].lower() != name.lower())
        return replace(self, headers=(*kept, (name, value)))

    def without_header(self, name: str) -> Draft:
        """Without the header *name*."""
        return replace(self, headers=tuple(p for p in self.headers if p[0].lower() != name.lower()))

    def with_query(self, name: str, value: str) -> Draft:
        """With the query parameter *name* set once to *value*."""
        return replace(self, query=(*(p for p in self.query if p[0] != name), (name, value)))

    def without_query(self, name: str) -> Draft:
        """Without the query parameter *name*."""
        return replace(self, query=tuple(p for p in self.query if p[0] != name))

    def with_parameter(self, parameter: Parameter, value: Any) -> Draft:
        """With *parameter* set to *value*; NOTHING takes it away."""
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
            case "path":
                return replace(self, path={**self.path, parameter.name: written(value)})
            case _:
                return self

    def with_member(self, path: tuple[str, ...], value: Any) -> Draft:
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

    def with_raw(self, raw: bytes) -> Draft:
        """With *raw* as body, whatever it says."""
        return replace(self, raw=raw)

    def put(self, expression: Expression, value: Any) -> Draft:
        """With *value* where *expression* of the request points."""
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

    def get(self, expression: Expression) -> Any:
        """What stands where *expression* of the request points; NOTHING when nothing does."""
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
