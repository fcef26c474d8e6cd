"""Alternatives: ``oneOf`` and ``anyOf``, which branch became which, and how they are told apart."""

from __future__ import annotations

from collections.abc import Callable

from cynod_spec.diff.emit import shown
from cynod_spec.diff.schemas.finding import Below, Both, Finding, Seen
from cynod_spec.diff.schemas.shape import Nodes, Shape, has_own_rules, home
from cynod_spec.model import Text
from cynod_spec.node import Node

Matched = list[tuple[Node, Node]]


def generalised(old: Nodes, new: Nodes, both: Both) -> list[Finding] | None:
    """What differs when one side is one of the other's alternatives as it stands; None when it is not."""
    before, after = _groups(both.old), _groups(both.new)
    if not before and len(after) == 1:
        rest = _without(after[0], old, both)
        if rest is not None:
            return [Finding("alternative-added", both.old.home, node, _named(node)) for node in rest]
    if not after and len(before) == 1:
        rest = _without(before[0], new, both)
        if rest is not None:
            return [Finding("alternative-removed", node, both.new.home, _named(node)) for node in rest]
    return None


def _without(group: list[Node], whole: Nodes, both: Both) -> list[Node] | None:
    """The branches of *group* but those that mean what *whole* does; None when none does."""
    wanted = both.meanings.of(whole)
    rest = [node for node in group if both.meanings.of((node,)) != wanted]
    return rest if len(rest) < len(group) else None


def alternatives(both: Both) -> Seen:
    """Branches that came, went or changed."""
    old, new = _groups(both.old), _groups(both.new)
    places = both.places("oneOf", "anyOf")
    for index in range(max(len(old), len(new))):
        if index >= len(old):
            yield Finding("alternatives-listed", *places)
        elif index >= len(new):
            yield Finding("alternatives-unlisted", *places)
        else:
            yield from _branches(old[index], new[index], both)


def _branches(old: list[Node], new: list[Node], both: Both) -> Seen:
    places = both.places("oneOf", "anyOf")
    matched: Matched = []
    for key in (lambda node: both.meanings.of((node,)), _refers, _titled):
        matched += _match(old, new, key)
    if len(old) == len(new) == 1:
        matched.append((old.pop(), new.pop()))
    for node in old:
        yield Finding("alternative-removed", node, places[1], _named(node))
    for node in new:
        yield Finding("alternative-added", places[0], node, _named(node))
    for before, after in matched:
        yield Below((), (before,), (after,))


def _match(old: list[Node], new: list[Node], key: Callable[[Node], str]) -> Matched:
    """Pairs of one key, taken out of both lists."""
    found: Matched = []
    for before in list(old):
        wanted = key(before)
        after = next((node for node in new if wanted and key(node) == wanted), None)
        if after is not None:
            found.append((before, after))
            old.remove(before)
            new.remove(after)
    return found


def _refers(node: Node) -> str:
    return str(node.value.get("$ref", "")) if isinstance(node.value, dict) else ""


def _titled(node: Node) -> str:
    value = home(node).value
    return str(value.get("title", "")) if isinstance(value, dict) else ""


def _groups(shape: Shape) -> list[list[Node]]:
    """Each list of alternatives; lists of internal codes have rules of their own."""
    found = []
    for keyword in ("oneOf", "anyOf"):
        for place in shape.every(keyword):
            branches = list(place.items())
            if branches and not all(has_own_rules(home(node)) for node in branches):
                found.append(branches)
    return found


def _named(node: Node) -> dict[str, str]:
    """What a sentence calls a branch: the schema it refers to, its title, or its type."""
    target = home(node)
    value = target.value if isinstance(target.value, dict) else {}
    if target.tokens != node.tokens:
        return {"name": target.name}
    return {"name": shown(value.get("title") or value.get("type") or value.get("const") or target.name)}


def discriminators(both: Both) -> Seen:
    """``discriminator``: the member that tells alternatives apart, and which value names which."""
    old, new = both.old.first("discriminator"), both.new.first("discriminator")
    places = both.places("discriminator")
    if old is None or new is None:
        if old or new:
            rule = "discriminator-added" if new else "discriminator-removed"
            yield Finding(rule, *places, {"name": _property(new or old)})
        return
    before, after = _property(old), _property(new)
    if before != after:
        yield Finding("discriminator-changed", *places, {"before": before, "after": after})
    was, now = dict(old.members("mapping")), dict(new.members("mapping"))
    for value in {**was, **now}:
        words = {"value": value}
        if value not in now:
            yield Finding("mapping-removed", was[value], new.get("mapping") or new, words)
        elif value not in was:
            yield Finding("mapping-added", old.get("mapping") or old, now[value], words)
        elif was[value].value != now[value].value:
            yield Finding("mapping-changed", was[value], now[value], words)


def _property(node: Node | None) -> str | Text:
    value = node.value if node else None
    return str(value.get("propertyName", "")) if isinstance(value, dict) else ""
