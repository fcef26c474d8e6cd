"""Servers: the addresses that partners may call, with the values of their variables filled in.

How a server is written does not matter, nor the names of its variables: an address is gone when no server of
the new document leads to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from cynod_spec.diff.changes import ApiLocation, Change
from cynod_spec.diff.emit import change, texts
from cynod_spec.diff.subjects.both import Documents
from cynod_spec.diff.subjects.path_items import Holders
from cynod_spec.network.urls import comparable
from cynod_spec.source.node import Node

MAX_ADDRESSES: Final = 256
"""How many addresses the enumerations of one server's variables may make before they are left as they are."""

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
_HOLE: Final = "-any-value-"  # stands for a value in a URL, wherever one may stand
ROOT: Final = ("",)
"""The literal part of ``/``, the server where none is named (OpenAPI 3.1.1 §4.8.1)."""

Values = frozenset[str] | None  # of a variable; None for any


@dataclass(frozen=True, slots=True)
class _Address:
    """The literal parts of an address, and between them the values of what may vary."""

    literals: tuple[str, ...]
    values: tuple[Values, ...]
    shown: str
    node: Node  # its server

    def covers(self, other: _Address) -> bool:
        """Whether each address that *other* means is one of its own."""
        if self.literals == other.literals:
            return all(map(_holds, self.values, other.values))
        if any(values is not None for values in (*self.values, *other.values)):
            return False
        return _matches(self.literals, _HOLE.join(other.literals))


def servers(both: Documents) -> Iterator[Change]:
    """The servers of the whole document."""
    old, new = both.old.get("servers"), both.new.get("servers")
    yield from _addresses(old, new, (both.old, both.new), "server", ApiLocation())


def operation_servers(both: Documents, old: Holders, new: Holders, location: ApiLocation) -> Iterator[Change]:
    """The servers of an operation, where it or its Path Item names some in either document."""
    own = _own(old), _own(new)
    if own[0] is None and own[1] is None:
        return
    lists = own[0] or both.old.get("servers"), own[1] or both.new.get("servers")
    yield from _addresses(*lists, (old[-1], new[-1]), "operation-server", location)


def _own(holders: Holders) -> Node | None:
    found = (holder.get("servers") for holder in reversed(holders))
    return next((node for node in found if node is not None and node.value), None)


def _addresses(
    old: Node | None, new: Node | None, places: tuple[Node, Node], kind: str, location: ApiLocation
) -> Iterator[Change]:
    """The addresses of two lists of servers; *places* are named where there is no list."""
    before, after = _listed(old), _listed(new)
    if not before:  # the document is silent, and means the root of wherever it is served
        after = [address for address in after if address.literals != ROOT]
    if not after:
        before = [address for address in before if address.literals != ROOT]
    for address in before:
        if not any(other.covers(address) for other in after):
            place = new or places[1]
            yield change(f"{kind}-removed", "contract", address.node, place, location, url=address.shown)
    for address in after:
        if not any(other.covers(address) for other in before):
            place = old or places[0]
            yield change(f"{kind}-added", "contract", place, address.node, location, url=address.shown)
    yield from _same_templates(old, new, location)


def _listed(listed: Node | None) -> list[_Address]:
    """The addresses of a list of servers, each once."""
    found: dict[object, _Address] = {}
    for server in listed.items() if listed else ():
        for address in _expanded(server):
            found.setdefault((address.literals, address.values), address)
    return list(found.values())


def _expanded(server: Node) -> Iterator[_Address]:
    """The addresses of one server, the enumerations of its variables filled in unless that makes too many."""
    literals, names = _template(server)
    values = [_enumerated(server, name) for name in names]
    choices = [tuple(sorted(value)) if value is not None else (None,) for value in values]
    if prod(map(len, choices)) > MAX_ADDRESSES:
        yield _Address(literals, tuple(values), str(server.need("url").value), server)
        return
    for chosen in product(*choices):
        filled = "".join(_woven(literals, [_HOLE if each is None else each for each in chosen]))
        parts = tuple(comparable(filled).rstrip("/").split(_HOLE))  # a path, appended, brings its own slash
        open_names = [f"{{{name}}}" for name, each in zip(names, chosen, strict=True) if each is None]
        yield _Address(parts, (None,) * (len(parts) - 1), "".join(_woven(parts, open_names)), server)


def _template(server: Node) -> tuple[tuple[str, ...], list[str]]:
    """The literal parts of its URL, and the names of the variables between them."""
    pieces = _VARIABLE.split(server.need("url").string().replace(_HOLE, ""))
    return tuple(pieces[::2]), pieces[1::2]


def _enumerated(server: Node, name: str) -> Values:
    listed = server.get("variables", name, "enum")
    return frozenset(str(item.value) for item in listed.items()) if listed is not None else None


def _woven(literals: tuple[str, ...], between: list[str]) -> Iterator[str]:
    for index, literal in enumerate(literals):
        yield literal
        if index < len(between):
            yield between[index]


def _holds(values: Values, others: Values) -> bool:
    return values is None or (others is not None and others <= values)


def _matches(literals: tuple[str, ...], text: str) -> bool:
    """Whether *text* is the *literals* in this order with anything between them."""
    if len(literals) == 1:
        return text == literals[0]
    first, *middle, last = literals
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    at, end = len(first), len(text) - len(last)
    for literal in middle:
        at = text.find(literal, at, end)
        if at < 0:
            return False
        at += len(literal)
    return True


def _same_templates(old: Node | None, new: Node | None, location: ApiLocation) -> Iterator[Change]:
    """Texts and defaults of servers whose URLs differ in the names of variables at most."""
    before, after = _by_template(old), _by_template(new)
    for template, server in before.items():
        if template in after:
            yield from texts(server, after[template], ("name", "description"), "contract", location)
            yield from _defaults(server, after[template], location)


def _by_template(listed: Node | None) -> dict[tuple[str, ...], Node]:
    found: dict[tuple[str, ...], Node] = {}
    for server in listed.items() if listed else ():
        found.setdefault(_template(server)[0], server)
    return found


def _defaults(old: Node, new: Node, location: ApiLocation) -> Iterator[Change]:
    """The value of each variable that clients fill in when they choose none."""
    for before, after in zip(_template(old)[1], _template(new)[1], strict=True):
        variables = old.get("variables", before), new.get("variables", after)
        if variables[0] is None or variables[1] is None:
            continue
        yield from texts(variables[0], variables[1], ("description",), "contract", location)
        defaults = variables[0].get("default"), variables[1].get("default")
        values = [str(node.value) if node is not None else "" for node in defaults]
        if values[0] != values[1]:
            at = defaults[0] or variables[0], defaults[1] or variables[1]
            words = {"name": after, "before": values[0], "after": values[1]}
            yield change("server-default-changed", "contract", at[0], at[1], location, **words)
