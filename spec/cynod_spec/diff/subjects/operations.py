"""Paths and operations: which came, which went, and what each asks and answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cynod_spec.diff.changes import ApiLocation, Change
from cynod_spec.diff.emit import change, texts
from cynod_spec.diff.subjects import part_headers
from cynod_spec.diff.subjects.bodies import body
from cynod_spec.diff.subjects.both import Documents, is_true
from cynod_spec.diff.subjects.parameters import parameters
from cynod_spec.diff.subjects.path_items import Holders, PathItem, path_item
from cynod_spec.diff.subjects.received import callbacks
from cynod_spec.diff.subjects.responses import responses
from cynod_spec.diff.subjects.security import requirement
from cynod_spec.diff.subjects.servers import operation_servers
from cynod_spec.source.node import Node

_PARAMETER = re.compile(r"\{([^}]*)\}")
SUNSET = "x-sunset"  # the day of removal, as oasdiff and others write it


@dataclass(frozen=True, slots=True)
class _Path:
    """A path: as it is written, and its Path Item."""

    written: str
    item: PathItem

    @property
    def key(self) -> Node:
        """Where the path itself stands."""
        return self.item.key

    @property
    def methods(self) -> dict[str, Node]:
        """Its operations by method."""
        return self.item.methods


def operations(both: Documents) -> Iterator[Change]:
    """Every path and every operation of both documents."""
    old, new = _paths(both.old), _paths(both.new)
    for route, path in old.items():
        if route not in new:
            gone = all(_is_due(node, both.today) for node in path.methods.values())
            rule = "path-retired" if gone else "path-removed"
            place = both.new.get("paths") or both.new
            yield change(rule, "contract", path.key, place, ApiLocation(), **_described(path))
        else:
            yield from _path(both, path, new[route])
    for route, path in new.items():
        if route not in old:
            place = both.old.get("paths") or both.old
            yield change("path-added", "contract", place, path.key, ApiLocation(), **_described(path))


def _paths(root: Node) -> dict[str, _Path]:
    """Route → path, the names of path parameters left out of the route; paths without operations aside."""
    found = {}
    for written, node in root.members("paths"):
        if written.startswith("/"):
            item = path_item(node)
            if item.methods:
                found[_PARAMETER.sub("{}", written)] = _Path(written, item)
    return found


def _described(path: _Path) -> dict[str, str]:
    return {"path": path.written, "methods": ", ".join(path.methods)}


def _is_due(operation: Node, today: date) -> bool:
    """Whether the operation was deprecated and the day of its removal has come."""
    announced = operation.get(SUNSET)
    day = _day(announced) if announced else None
    return is_true(operation, "deprecated") and day is not None and day <= today


def _day(node: Node) -> date | None:
    try:
        return date.fromisoformat(str(node.value)[:10])
    except ValueError:
        return None


def _path(both: Documents, old: _Path, new: _Path) -> Iterator[Change]:
    names = list(zip(_PARAMETER.findall(old.written), _PARAMETER.findall(new.written), strict=True))
    for before, after in names:
        if before != after:
            words = {"before": before, "after": after}
            yield change("path-parameter-renamed", "request", old.key, new.key, ApiLocation(), **words)
    yield from texts(
        old.item.described, new.item.described, ("summary", "description"), "contract", ApiLocation()
    )
    for method, node in old.methods.items():
        location = ApiLocation(f"{method} {new.written}", "operation")
        if method in new.methods:
            yield from _operation(both, old.item.holders(method), new.item.holders(method), location, names)
        else:
            rule = "operation-retired" if _is_due(node, both.today) else "operation-removed"
            yield change(rule, "contract", node, new.key, location, name=location.operation)
    for method, node in new.methods.items():
        if method not in old.methods:
            location = ApiLocation(f"{method} {new.written}", "operation")
            yield change("operation-added", "contract", old.key, node, location, name=location.operation)


def _operation(
    both: Documents,
    old: Holders,
    new: Holders,
    location: ApiLocation,
    names: list[tuple[str, str]],
) -> Iterator[Change]:
    """An operation of both documents, with what its Path Item says for it."""
    before, after = old[-1], new[-1]
    yield from _identity(before, after, location)
    yield from _life(before, after, location)
    yield from texts(before, after, ("summary", "description", "externalDocs"), "contract", location)
    yield from operation_servers(both, old, new, location)
    yield from requirement(both, before, after, location)
    yield from parameters(both, old, new, "request", location, names)
    yield from body(both, before, after, "request", location)
    yield from part_headers.of_request(both, before, after, "request", location)
    yield from responses(both, before, after, "response", location)
    yield from callbacks(both, before, after, "response", location)


def _identity(old: Node, new: Node, location: ApiLocation) -> Iterator[Change]:
    """Its operationId and its tags."""
    ids = old.get("operationId"), new.get("operationId")
    if (ids[0] and ids[0].value) != (ids[1] and ids[1].value):
        words = {"before": str(ids[0].value) if ids[0] else "", "after": str(ids[1].value) if ids[1] else ""}
        yield change("operation-id-changed", "contract", ids[0] or old, ids[1] or new, location, **words)
    tags = [{str(tag.value): tag for tag in node.items("tags")} for node in (old, new)]
    for name in {**tags[0], **tags[1]}:
        if name not in tags[0]:
            place = old.get("tags") or old
            yield change("operation-tag-added", "contract", place, tags[1][name], location, name=name)
        elif name not in tags[1]:
            place = new.get("tags") or new
            yield change("operation-tag-removed", "contract", tags[0][name], place, location, name=name)


def _life(old: Node, new: Node, location: ApiLocation) -> Iterator[Change]:
    """Its deprecation and the day of its removal."""
    before, after = is_true(old, "deprecated"), is_true(new, "deprecated")
    if before != after:
        rule = "operation-deprecated" if after else "operation-reinstated"
        yield change(rule, "contract", old.get("deprecated") or old, new.get("deprecated") or new, location)
    announced = old.get(SUNSET), new.get(SUNSET)
    if announced[0] is None and announced[1] is not None:
        date = str(announced[1].value)
        yield change("sunset-announced", "contract", old, announced[1], location, date=date)
    elif announced[0] is not None and announced[1] is None:
        date = str(announced[0].value)
        yield change("sunset-withdrawn", "contract", announced[0], new, location, date=date)
    elif announced[0] and announced[1] and announced[0].value != announced[1].value:
        was, now = str(announced[0].value), str(announced[1].value)
        rule = "sunset-postponed" if now > was else "sunset-brought-forward"
        yield change(rule, "contract", announced[0], announced[1], location, before=was, after=now)
