"""Webhooks: which came, which went, and what each tells partners."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.diff.changes import ApiLocation, Change
from cynod_spec.diff.emit import change
from cynod_spec.diff.subjects.both import Documents
from cynod_spec.diff.subjects.path_items import path_item
from cynod_spec.diff.subjects.received import Requests, by_method, received
from cynod_spec.source.node import Node


def webhooks(both: Documents) -> Iterator[Change]:
    """Every webhook of both documents, by name and method."""
    old, new = _webhooks(both.old), _webhooks(both.new)
    for key, holders in old.items():
        location = ApiLocation(key, "operation")
        if key in new:
            yield from received(both, holders, new[key], "response", location)
        else:
            place = both.new.get("webhooks") or both.new
            yield change("webhook-removed", "response", holders[-1], place, location, name=key)
    for key, holders in new.items():
        if key not in old:
            place = both.old.get("webhooks") or both.old
            yield change(
                "webhook-added", "response", place, holders[-1], ApiLocation(key, "operation"), name=key
            )


def _webhooks(root: Node) -> Requests:
    """Method and name → what holds that webhook."""
    found: Requests = {}
    for name, written in root.members("webhooks"):
        found.update(by_method(path_item(written), name))
    return found
