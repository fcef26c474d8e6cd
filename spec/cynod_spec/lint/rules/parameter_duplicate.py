"""Parameters that are declared twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.source.node import Node
from cynod_spec.source.operations import methods

_Key = tuple[str, str]


@rule(
    "parameter-duplicate",
    says="the parameter {name} in {place} is declared twice{how}",
    hint="keep one of them",
    good="- {name: cursor, in: query, description: La page suivante., schema: {type: string}}",
    bad="""
    - {name: cursor, in: query, description: La page suivante., schema: {type: string}}
    - {⟦name⟧: cursor, in: query, description: La même page., schema: {type: string}}
    """,
)
def parameter_duplicate(subject: Subject) -> Iterator[Found]:
    """A parameter stands once among those of an operation, and once among those of a path.

    Headers whose names differ in case only are one header (RFC 9110 §5.1): an operation that writes the
    name of its path's header in another case does not replace it.
    """
    for holder in subject.traversal.objects:
        own = _parameters(holder)
        yield from _twice(own)
        for _, operation in methods(holder) if _is_path_item(holder) else ():
            yield from _case_only(own, _parameters(operation))


def _is_path_item(holder: Node) -> bool:
    """Whether *holder* has parameters for several operations; an operation has no members of this kind."""
    return isinstance(holder.value.get("parameters"), list) and "responses" not in holder.value


def _parameters(holder: Node) -> list[tuple[_Key, Node]]:
    """Place and name of each parameter that *holder* lists, and the parameter or the reference to it."""
    if not isinstance(holder.value, dict) or not isinstance(holder.value.get("parameters"), list):
        return []
    listed = [(written.resolved().value, written) for written in holder.items("parameters")]
    return [(_key(value), written) for value, written in listed if _is_named(value)]


def _is_named(parameter: Any) -> bool:
    return isinstance(parameter, dict) and all(isinstance(parameter.get(key), str) for key in ("name", "in"))


def _key(parameter: Mapping[str, Any]) -> _Key:
    return parameter["in"], parameter["name"]


def _wire(key: _Key) -> _Key:
    """What *key* is in a request."""
    return (key[0], key[1].lower()) if key[0] == "header" else key


def _twice(own: list[tuple[_Key, Node]]) -> Iterator[Found]:
    seen: dict[_Key, _Key] = {}
    for key, parameter in own:
        other = seen.setdefault(_wire(key), key)
        if other is not key:
            yield _finding(key, other, parameter)


def _case_only(shared: list[tuple[_Key, Node]], own: list[tuple[_Key, Node]]) -> Iterator[Found]:
    known = {_wire(key): key for key, _ in shared}
    for key, parameter in own:
        other = known.get(_wire(key), key)
        if other != key:
            yield _finding(key, other, parameter)


def _finding(key: _Key, other: _Key, parameter: Node) -> Found:
    how = "" if key == other else f": {other[1]} differs from it in case only"
    at = parameter.place("name") if "name" in parameter.value else parameter.at
    return at, {"name": key[1], "place": key[0], "how": how}
