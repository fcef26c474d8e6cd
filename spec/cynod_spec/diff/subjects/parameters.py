"""Parameters of operations, and those of webhooks, which partners read as headers."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.diff.changes import ApiLocation, Change, Direction
from cynod_spec.diff.emit import change, texts
from cynod_spec.diff.schemas.conjuncts import says_nothing
from cynod_spec.diff.schemas.shape import home
from cynod_spec.diff.subjects.bodies import content, examples
from cynod_spec.diff.subjects.both import Documents, is_true
from cynod_spec.diff.subjects.lists_of_one import became_list, became_text
from cynod_spec.diff.subjects.path_items import Holders
from cynod_spec.diff.subjects.serialization import rewritten, schema_of, written_at
from cynod_spec.source.node import Node

Key = tuple[str, str]  # place and name
# Header parameters that OpenAPI says to ignore: media types and security describe them (3.1.1 §4.8.12.1).
_DESCRIBED_ELSEWHERE = {("header", name) for name in ("accept", "content-type", "authorization")}


def parameters(
    both: Documents,
    old: Holders,
    new: Holders,
    direction: Direction,
    location: ApiLocation,
    names: list[tuple[str, str]],
) -> Iterator[Change]:
    """The parameters of an operation and its Path Item; *names* pairs those of the path."""
    before, after = _parameters(old, dict(names)), _parameters(new, {})
    kind = "parameter" if direction == "request" else "header"
    for key in {**before, **after}:
        was, now = before.get(key), after.get(key)
        words = _words(now or was, kind)
        where = location.of("parameter" if kind == "parameter" else "header", words["name"])
        if was is None and now is not None:
            rule = f"{kind}-{_required(now)}-added"
            yield change(rule, direction, _list(old), now, where, **words)
        elif was is not None and now is None:
            rule = f"{kind}-{_required(was)}-removed"
            yield change(rule, direction, was, _list(new), where, **words)
        elif was is not None and now is not None:
            yield from _parameter(both, was, now, direction, where, words)


def _parameters(holders: Holders, renamed: dict[str, str]) -> dict[Key, Node]:
    """Place and name → parameter; the operation's own replace those of its path, headers know no case."""
    found: dict[Key, Node] = {}
    for holder in holders:
        for written in holder.items("parameters"):
            node = written.resolved()
            place, name = str(node.need("in").value), str(node.need("name").value)
            if place == "path":
                name = renamed.get(name, name)
            elif place == "header":
                name = name.lower()
            elif place == "querystring":
                name = ""  # it is the whole query, and its name is not sent
            if (place, name) not in _DESCRIBED_ELSEWHERE:
                found[place, name] = node
    return found


def _required(node: Node) -> str:
    return "required" if is_true(node, "required") else "optional"


def _list(holders: Holders) -> Node:
    """Where a parameter that is missing would stand."""
    listed = (holder.get("parameters") for holder in reversed(holders))
    return next((node for node in listed if node is not None), holders[-1])


def _words(node: Node | None, kind: str) -> dict[str, str]:
    name = str(node.value["name"]) if node else ""
    return {"name": name} | ({"place": str(node.value["in"])} if node and kind == "parameter" else {})


def _parameter(
    both: Documents, old: Node, new: Node, direction: Direction, location: ApiLocation, words: dict[str, str]
) -> Iterator[Change]:
    kind = "parameter" if direction == "request" else "header"
    yield from presence(old, new, kind, direction, location, words)
    place = str(new.value["in"])
    styled = {"place": place} | words
    for keyword in rewritten(old, new, place):
        at = written_at(old, keyword), written_at(new, keyword)
        yield change("parameter-style-changed", direction, at[0], at[1], location, **styled, keyword=keyword)
    yield from _described(both, old, new, direction, location)


def presence(
    old: Node, new: Node, kind: str, direction: Direction, location: ApiLocation, words: dict[str, str]
) -> Iterator[Change]:
    """Whether a parameter or header (*kind*) is required, and deprecated."""
    before, after = is_true(old, "required"), is_true(new, "required")
    if before != after:
        rule = f"{kind}-became-required" if after else f"{kind}-became-optional"
        at = old.get("required") or old, new.get("required") or new
        yield change(rule, direction, at[0], at[1], location, **words)
    before, after = is_true(old, "deprecated"), is_true(new, "deprecated")
    if before != after:
        rule = f"{kind}-deprecated" if after else f"{kind}-reinstated"
        at = old.get("deprecated") or old, new.get("deprecated") or new
        yield change(rule, direction, at[0], at[1], location, **words)


def _described(
    both: Documents, old: Node, new: Node, direction: Direction, location: ApiLocation
) -> Iterator[Change]:
    """Words, examples and schema of a parameter or header."""
    yield from texts(old, new, ("description",), direction, location)
    yield from examples(old, new, direction, location)
    if old.get("content") and new.get("content"):
        yield from content(both, old, new, direction, location)
    elif direction == "request" and (listed := became_list(both, old, new, location)) is not None:
        yield from listed
    else:
        was, now = schema_of(old), schema_of(new)
        if was is not None and now is not None:
            text = became_text(was, now, location) if direction == "request" else None
            yield from both.schemas.compare(was, now, direction, location) if text is None else text
        elif (there := now or was) is not None and not says_nothing(home(there)):
            rule = "schema-added" if now else "schema-removed"
            yield change(rule, direction, was or old, now or new, location)


def headers(
    both: Documents, old: Node, new: Node, direction: Direction, location: ApiLocation, *path: str
) -> Iterator[Change]:
    """The headers of both mappings along *path*, whose names know no case."""
    before = {name.lower(): (name, node.resolved()) for name, node in old.members(*path)}
    after = {name.lower(): (name, node.resolved()) for name, node in new.members(*path)}
    for key in {**before, **after}:
        if key == "content-type":  # ignored, for the media types say it (OpenAPI 3.1.1 §4.8.17.1)
            continue
        name = (after.get(key) or before[key])[0]
        where = location.of("header", f"{location.name} {name}".strip())
        if key not in before:
            node = after[key][1]
            place = old.get(*path) or old
            yield change(f"header-{_required(node)}-added", direction, place, node, where, name=name)
        elif key not in after:
            node = before[key][1]
            place = new.get(*path) or new
            yield change(f"header-{_required(node)}-removed", direction, node, place, where, name=name)
        else:
            was, now = before[key][1], after[key][1]
            yield from presence(was, now, "header", direction, where, {"name": name})
            for keyword in rewritten(was, now, "header"):
                at = written_at(was, keyword), written_at(now, keyword)
                yield change(
                    "header-style-changed", direction, at[0], at[1], where, name=name, keyword=keyword
                )
            yield from _described(both, was, now, direction, where)
