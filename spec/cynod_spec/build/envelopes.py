"""Envelopes: the named base schemas of the four cases, with the members that play roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cynod_spec.build.codes import CASES, case
from cynod_spec.model import Case, Envelope, Member, Schema
from cynod_spec.schema.composition import branches
from cynod_spec.source.node import Node

_MAX_NESTING = 8


def read_envelopes(root: Node) -> Mapping[Case, Envelope]:
    """The envelope of each case. Raises DocumentError when the document names none for one of them."""
    found: dict[Case, Envelope] = {}
    for _, node in root.members("components", "schemas"):
        kind = node.extension("envelope") if isinstance(node.value, dict) else None
        if kind is not None:
            if case(kind) in found:
                kind.fail(f"a second schema is the envelope of the case {kind.value!r}")
            members = {member.path: member for member in _members(node, ())}
            found[case(kind)] = Envelope(
                case(kind), tuple(members.values()), Schema(node.value, node.at), node.at
            )
    for missing in CASES:
        if missing not in found:
            root.fail(
                f"no schema is the envelope of the case {missing!r}",
                f"write `x-cynod: {{envelope: {missing}}}` in its schema",
            )
    return found


def _members(node: Node, path: tuple[str, ...]) -> Iterator[Member]:
    """The members described by *node*, outermost first; below ``data`` every operation has its own."""
    if len(path) > _MAX_NESTING:
        return
    parts = list(branches(node, alternatives=True))
    required = {item.string() for part in parts for item in part.items("required")}
    seen: set[str] = set()
    for part in parts:
        for name, below in part.members("properties"):
            if name in seen:
                continue
            seen.add(name)
            role = _role(below)
            yield Member(name, (*path, name), role, name in required, below.schema(), below.at)
            if role != "data":
                yield from _members(below, (*path, name))
        if (items := part.get("items")) is not None:
            yield from _members(items, (*path, "*"))


def _role(node: Node) -> str | None:
    for part in branches(node):
        if (role := part.extension("member")) is not None:
            return role.string()
    return None
