"""Webhooks: requests that partners receive, so that everything goes the other way."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.build.schemas import METHODS
from cynod_spec.diff.changes import Change, Spot
from cynod_spec.diff.emit import change, texts
from cynod_spec.diff.subjects.bodies import body
from cynod_spec.diff.subjects.both import Documents
from cynod_spec.diff.subjects.parameters import parameters
from cynod_spec.diff.subjects.responses import responses
from cynod_spec.node import Node


def webhooks(both: Documents) -> Iterator[Change]:
    """Every webhook of both documents, by name and method."""
    old, new = _webhooks(both.old), _webhooks(both.new)
    for key, (item, node) in old.items():
        spot = Spot(key, "operation")
        if key not in new:
            place = both.new.get("webhooks") or both.new
            yield change("webhook-removed", "response", node, place, spot, name=key)
            continue
        other, now = new[key]
        yield from texts(node, now, ("summary", "description", "operationId"), "contract", spot)
        yield from parameters(both, (item, node), (other, now), "response", spot, [])
        yield from body(both, node, now, "response", spot)
        yield from responses(both, node, now, "request", spot)
    for key, (_, node) in new.items():
        if key not in old:
            place = both.old.get("webhooks") or both.old
            yield change("webhook-added", "response", place, node, Spot(key, "operation"), name=key)


def _webhooks(root: Node) -> dict[str, tuple[Node, Node]]:
    """Method and name → Path Item and operation."""
    found = {}
    for name, written in root.members("webhooks"):
        item = written.followed()
        for method, node in item.members():
            if method in METHODS:
                found[f"{method.upper()} {name}"] = (item, node)
    return found
