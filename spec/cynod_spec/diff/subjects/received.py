"""Requests that partners receive: webhooks and callbacks. What they hold goes the other way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from cynod_spec.diff.changes import ApiLocation, Change, Direction
from cynod_spec.diff.emit import change, texts
from cynod_spec.diff.subjects import part_headers
from cynod_spec.diff.subjects.bodies import body
from cynod_spec.diff.subjects.both import Documents, both_members
from cynod_spec.diff.subjects.parameters import parameters
from cynod_spec.diff.subjects.path_items import Holders, PathItem, path_item
from cynod_spec.diff.subjects.responses import responses
from cynod_spec.source.node import Node

Requests = dict[str, Holders]  # expression and method → what holds the request
Passed = set[tuple[tuple[str, ...], tuple[str, ...]]]
_OTHER_WAY: dict[Direction, Direction] = {"request": "response", "response": "request"}


def received(
    both: Documents,
    old: Holders,
    new: Holders,
    direction: Direction,
    location: ApiLocation,
    passed: Passed | None = None,
) -> Iterator[Change]:
    """A request in both documents; what it holds goes in *direction*, what answers it the other way.

    *passed* collects the operations whose callbacks were looked at, for callbacks may lead to themselves.
    """
    before, after = old[-1], new[-1]
    yield from texts(before, after, ("summary", "description", "operationId"), "contract", location)
    yield from parameters(both, old, new, direction, location, [])
    yield from body(both, before, after, direction, location)
    yield from part_headers.of_request(both, before, after, direction, location)
    yield from responses(both, before, after, _OTHER_WAY[direction], location)
    yield from callbacks(both, before, after, _OTHER_WAY[direction], location, passed)


def callbacks(
    both: Documents,
    old: Node,
    new: Node,
    direction: Direction,
    location: ApiLocation,
    passed: Passed | None = None,
) -> Iterator[Change]:
    """The callbacks of the operations *old* and *new*, whose requests go in *direction*."""
    passed = set() if passed is None else passed
    if (old.tokens, new.tokens) in passed:
        return
    passed.add((old.tokens, new.tokens))
    named = both_members(old.get("callbacks"), new.get("callbacks"))
    renamed = _renamed(named)
    for name, (was, now) in named.items():
        if name in renamed.values():
            continue
        if was is not None and name in renamed:
            words = {"before": name, "after": renamed[name]}
            yield change(
                "callback-renamed", direction, was, named[renamed[name]][1] or new, location, **words
            )
            continue
        if was is None or now is None:
            rule = "callback-added" if was is None else "callback-removed"
            yield change(rule, direction, was or old, now or new, location, name=name)
            continue
        below = replace(location, callback=f"{location.callback} {name}".lstrip())
        yield from _callback(both, was, now, direction, below, passed)


def _renamed(named: Mapping[str, tuple[Node | None, Node | None]]) -> dict[str, str]:
    """Old name → new name of callbacks that are the same under another name, which nobody sends."""
    gone = {name: old.value for name, (old, new) in named.items() if old is not None and new is None}
    come = {name: new.value for name, (old, new) in named.items() if old is None and new is not None}
    found: dict[str, str] = {}
    for name, value in gone.items():
        same = [other for other, now in come.items() if now == value and other not in found.values()]
        if same:
            found[name] = same[0]
    return found


def _callback(
    both: Documents, old: Node, new: Node, direction: Direction, location: ApiLocation, passed: Passed
) -> Iterator[Change]:
    """One callback of both documents: its requests by the expression of their URL and by method."""
    before, after = _requests(old), _requests(new)
    for key in {**before, **after}:
        if key not in after:
            yield change("callback-removed", direction, before[key][-1], new, location, name=key)
        elif key not in before:
            yield change("callback-added", direction, old, after[key][-1], location, name=key)
        else:
            yield from received(both, before[key], after[key], direction, location, passed)


def _requests(callback: Node) -> Requests:
    found: Requests = {}
    for expression, written in callback.members():
        if not expression.startswith("x-"):
            found.update(by_method(path_item(written), expression))
    return found


def by_method(item: PathItem, name: str) -> Requests:
    """Method and *name* → what holds that request of *item*."""
    return {f"{method} {name}": item.holders(method) for method in item.methods}
