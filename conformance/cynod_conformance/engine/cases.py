"""One generated request as it is kept: what goes over the wire, and what grounding and judging ask of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from cynod_conformance.base.phases import Phase
from cynod_conformance.experiment.request_builder import Pairs, written
from cynod_spec.model import Expression

Change = tuple[Expression, Any]
"""A place in a request, and the value that belongs there."""


@dataclass(frozen=True)
class Case:
    """A request to the operation with the id ``operation``.

    ``target`` (path and query), ``headers`` and ``content`` are as sent, the caller's token and what any
    client adds left out; a header's characters stand for octets. ``positive`` says that the schemas were
    meant to take it: then alone ``query`` holds the parameters by name, unless the query is no such thing.
    """

    operation: str
    phase: Phase
    method: str
    positive: bool
    target: str
    headers: Pairs = ()
    content: bytes = b""
    media_type: str | None = None
    path_parameters: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] | None = None

    @property
    def body(self) -> Any:
        """Its content as JSON; None when it is none."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            return None

    def grounded(self, path: str, changes: Iterable[Change]) -> Case:
        """With each of *changes* whose place is there; *path* is the operation's template."""
        found = self
        for expression, value in changes:
            match expression.place:
                case "path":
                    found = found._at_path(path, expression.name, written(value))
                case "query":
                    found = found._asking(expression.name, value)
                case "body":
                    found = found._telling(expression.path, value)
        return found

    def _at_path(self, path: str, name: str, value: str) -> Case:
        parameters = {**self.path_parameters, name: value}
        for known, given in parameters.items():
            path = path.replace("{" + known + "}", quote(given, safe="%"))
        _, mark, query = self.target.partition("?")
        return replace(self, path_parameters=parameters, target=path + mark + query)

    def _asking(self, name: str, value: Any) -> Case:
        if self.query is None or name not in self.query:
            return self
        query = {**self.query, name: written(value)}
        there = {each: given for each, given in query.items() if given is not None}
        target = self.target.partition("?")[0] + "?" + urlencode(there, doseq=True)
        return replace(self, query=query, target=target)

    def _telling(self, path: tuple[str, ...], value: Any) -> Case:
        body = self.body
        holder: Any = body
        for token in path[:-1]:
            holder = holder.get(token) if isinstance(holder, dict) else None
        if not path or not isinstance(holder, dict):
            return self
        holder[path[-1]] = value
        return replace(self, content=json.dumps(body).encode())


@dataclass(frozen=True)
class Corpus:
    """The cases of one run in their order, and what kept the engine from making more, in its own words."""

    cases: tuple[Case, ...]
    troubles: tuple[str, ...] = ()
