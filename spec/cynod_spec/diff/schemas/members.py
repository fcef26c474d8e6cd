"""Members of objects: those described, those required, and all others."""

from __future__ import annotations

from typing import Literal

from cynod_spec.diff.schemas.finding import Below, Both, Finding, Seen
from cynod_spec.diff.schemas.shape import Nodes, Shape, shape
from cynod_spec.node import Node

Side = Literal["readOnly", "writeOnly"]


def members(both: Both, hidden: Side) -> Seen:
    """Members that came, went, or became required; those with *hidden* are never required that way."""
    old, new = _described(both.old), _described(both.new)
    before, after = _required(both.old, old, hidden), _required(both.new, new, hidden)
    for name in {**old, **new}:
        if name not in new:
            rule = _rule("removed", "shut-out", required=name in before, closed=_closed(both.new))
            place = both.new.place("properties", "required")
            yield Finding(rule, _place(old, name, both.old), place, {"name": name}, (name,))
        elif name not in old:
            rule = _rule("added", "let-in", required=name in after, closed=_closed(both.old))
            place = both.old.place("properties", "required")
            yield Finding(rule, place, _place(new, name, both.new), {"name": name}, (name,))
        else:
            places = (_place(old, name, both.old), _place(new, name, both.new))
            if name in after and name not in before:
                yield Finding("member-became-required", places[0], after[name], {"name": name}, (name,))
            elif name in before and name not in after:
                yield Finding("member-became-optional", before[name], places[1], {"name": name}, (name,))
            if old[name] and new[name]:
                yield Below((name,), old[name], new[name])
            elif old[name] or new[name]:
                rule = "member-described" if new[name] else "member-undescribed"
                yield Finding(rule, *places, {"name": name}, (name,))


def _rule(plain: str, of_closed: str, *, required: bool, closed: bool) -> str:
    """The row for a member that came or went; *closed*: where it is missing, it is refused."""
    return f"member-{'required' if required else 'optional'}-{of_closed if closed else plain}"


def _described(shape: Shape) -> dict[str, Nodes]:
    """Name → every schema of that member; none for a member that is only required."""
    found: dict[str, Nodes] = {}
    for place in shape.every("properties"):
        for name, node in place.members():
            found[name] = (*found.get(name, ()), node)
    for place in shape.every("required"):
        for item in place.items() if isinstance(place.value, list) else ():
            found.setdefault(str(item.value), ())
    return found


def _required(whole: Shape, described: dict[str, Nodes], hidden: Side) -> dict[str, Node]:
    """Name → where it is required, for each required member that is not *hidden*."""
    listed = [place for place in whole.every("required") if isinstance(place.value, list)]
    found = {str(item.value): item for place in listed for item in place.items()}
    return {name: node for name, node in found.items() if not _is(described[name], hidden)}


def _is(nodes: Nodes, flag: Side) -> bool:
    return bool(nodes) and shape(nodes, enveloped=False).says(flag)


def _place(described: dict[str, Nodes], name: str, whole: Shape) -> Node:
    """Where the member *name* stands: its schema, else where it is required."""
    required = (item for place in whole.every("required") for item in place.items() if item.value == name)
    return next(iter((*described[name], *required)), whole.home)


def _closed(shape: Shape) -> bool:
    return _refusing(shape) is not None


def _refusing(shape: Shape) -> Node | None:
    """Where *shape* refuses members that it does not describe."""
    keywords = ("additionalProperties", "unevaluatedProperties")
    stated = (node for keyword in keywords for node in shape.every(keyword))
    return next((node for node in stated if node.value is False), None)


def others(both: Both) -> Seen:
    """Members that the schema does not name: refused, described by a schema, or free."""
    keywords = ("additionalProperties", "unevaluatedProperties")
    closed_before, closed_after = _refusing(both.old), _refusing(both.new)
    old, new = _schemas(both.old), _schemas(both.new)
    places = both.places(*keywords)
    if closed_before is None and closed_after is not None:
        yield Finding("others-refused", places[0], closed_after)
    elif closed_before is not None and closed_after is None:
        yield Finding("others-allowed", closed_before, places[1])
    elif closed_before is None and bool(old) != bool(new):
        yield Finding("others-described" if new else "others-undescribed", *places)
    elif old and new:
        yield Below(("*",), old, new)


def _schemas(shape: Shape) -> Nodes:
    """The schemas of all other members, those aside that say nothing."""
    keywords = ("additionalProperties", "unevaluatedProperties")
    stated = (node for keyword in keywords for node in shape.every(keyword))
    return tuple(node for node in stated if isinstance(node.value, dict) and node.value)


def named_like(both: Both) -> Seen:
    """``patternProperties``."""
    old, new = _patterns(both.old), _patterns(both.new)
    places = both.places("patternProperties")
    for pattern in {**old, **new}:
        words = {"pattern": pattern}
        if pattern not in old:
            yield Finding("named-like-added", places[0], new[pattern][0], words)
        elif pattern not in new:
            yield Finding("named-like-removed", old[pattern][0], places[1], words)
        else:
            yield Below((pattern,), old[pattern], new[pattern])


def _patterns(shape: Shape) -> dict[str, Nodes]:
    found: dict[str, Nodes] = {}
    for place in shape.every("patternProperties"):
        for pattern, node in place.members():
            found[pattern] = (*found.get(pattern, ()), node)
    return found
