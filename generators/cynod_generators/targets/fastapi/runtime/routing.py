"""Finds the operation for a path and a method (OpenAPI path templates; literal paths take precedence)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .contract import Operation

_VARIABLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """A path of the contract: its methods, and how its segments are read."""

    operations: dict[str, Operation]  # by method
    pattern: tuple[str | re.Pattern[str], ...]
    names: tuple[tuple[str, ...], ...]  # the parameters of each segment

    @property
    def allow(self) -> str:
        """The value of ``Allow``: the methods declared, HEAD where GET is, OPTIONS."""
        methods = set(self.operations) | {"OPTIONS"} | ({"HEAD"} if "GET" in self.operations else set())
        return ", ".join(sorted(methods))

    def operation(self, method: str) -> Operation | None:
        """The operation for *method* here (that of GET for HEAD), or None."""
        found = self.operations.get(method)
        return self.operations.get("GET") if found is None and method == "HEAD" else found

    def match(self, segments: Sequence[str]) -> dict[str, str] | None:
        """The path parameters in *segments*, or None when they are of another path."""
        found: dict[str, str] = {}
        for wanted, names, segment in zip(self.pattern, self.names, segments, strict=True):
            if isinstance(wanted, str):
                if wanted != segment:
                    return None
            else:
                match = wanted.fullmatch(segment)
                if match is None:
                    return None
                found.update(zip(names, match.groups(), strict=True))
        return found


class Routes:
    """Every path of a contract."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        by_path: dict[str, dict[str, Operation]] = {}
        for operation in operations:
            by_path.setdefault(operation.path, {})[operation.method] = operation
        self._literal: dict[tuple[str, ...], Route] = {}
        self._templates: dict[int, list[Route]] = {}
        for path, methods in by_path.items():
            route = _route(path, methods)
            if any(route.names):
                self._templates.setdefault(len(route.pattern), []).append(route)
            else:
                self._literal[tuple(str(segment) for segment in route.pattern)] = route
        for routes in self._templates.values():
            routes.sort(key=lambda route: [bool(names) for names in route.names])

    def find(self, segments: tuple[str, ...]) -> tuple[Route, dict[str, str]] | None:
        """The route that the percent-decoded *segments* of a path lead to, and its path parameters."""
        route = self._literal.get(segments)
        if route is not None:
            return route, {}
        for route in self._templates.get(len(segments), ()):
            parameters = route.match(segments)
            if parameters is not None:
                return route, parameters
        return None


def _route(path: str, operations: dict[str, Operation]) -> Route:
    pattern: list[str | re.Pattern[str]] = []
    names: list[tuple[str, ...]] = []
    for segment in path.split("/")[1:]:
        pieces = _VARIABLE.split(segment)  # literal, name, literal, …
        names.append(tuple(pieces[1::2]))
        literal = [re.escape(piece) for piece in pieces[::2]]
        pattern.append(re.compile("(.+)".join(literal), re.DOTALL) if pieces[1:] else segment)
    return Route(operations, tuple(pattern), tuple(names))
