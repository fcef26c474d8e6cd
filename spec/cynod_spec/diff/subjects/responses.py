"""Responses: statuses, envelopes, headers, content and links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cynod_spec.build.codes import body_schema, envelope_of
from cynod_spec.diff.changes import ApiLocation, Change, Direction
from cynod_spec.diff.emit import change, texts
from cynod_spec.diff.subjects import part_headers
from cynod_spec.diff.subjects.bodies import NONE_SKIPPED, content
from cynod_spec.diff.subjects.both import Documents, both_members
from cynod_spec.diff.subjects.parameters import headers
from cynod_spec.model import Contract, Envelope, Text
from cynod_spec.source.node import Node

DEFAULT = "default"
NO_ENVELOPE = Text("aucune", "none")


def responses(
    both: Documents, old: Node, new: Node, direction: Direction, location: ApiLocation
) -> Iterator[Change]:
    """The responses of the operations *old* and *new*, by status.

    A status that only one side names is compared with what the other side says of it all the same: by a range
    such as 4XX, or by ``default``.
    """
    before, after = _by_status(old), _by_status(new)
    for status in {**before, **after}:
        where = location.of("response", status)
        kind = "success" if status.startswith("2") else "error"
        was, now = _described(status, before), _described(status, after)
        if was is None:
            place = old.get("responses") or old
            rule = f"response-{kind}-added"
            yield change(rule, direction, place, after[status][0], where, status=status)
        elif now is None:
            place = new.get("responses") or new
            rule = f"response-{kind}-removed"
            yield change(rule, direction, before[status][0], place, where, status=status)
        else:
            yield from response(both, was, now, direction, where)


def _described(status: str, listed: Mapping[str, tuple[Node, Node]]) -> Node | None:
    """The response of *listed* that describes *status*.

    ``default`` is used for refusals: it describes a success only where no success is listed.
    """
    names = [status]
    if len(status) == len("404") and status[1:] != "XX":
        names.append(f"{status[0]}XX")
    if not (status.startswith("2") and any(name.startswith("2") for name in listed)):
        names.append(DEFAULT)
    return next((listed[name][1] for name in names if name in listed), None)


def _by_status(operation: Node) -> dict[str, tuple[Node, Node]]:
    """Status → where it stands, and its response."""
    return {
        status.upper() if status != DEFAULT else DEFAULT: (node, node.resolved())
        for status, node in operation.members("responses")
        if not status.startswith("x-")
    }


def response(
    both: Documents, old: Node, new: Node, direction: Direction, location: ApiLocation
) -> Iterator[Change]:
    """One response in both documents."""
    yield from texts(old, new, ("summary", "description"), direction, location)
    yield from headers(both, old, new, direction, location, "headers")
    yield from _content(both, old, new, direction, location)
    yield from part_headers.of_content(both, old, new, direction, location)
    if direction == "response":
        yield from _links(old, new, location)


def _content(
    both: Documents, old: Node, new: Node, direction: Direction, location: ApiLocation
) -> Iterator[Change]:
    """The body; the code of an envelope aside, which has rules of its own."""
    if both.contracts is None:
        yield from content(both, old, new, direction, location)
        return
    was, now = _envelope(old, both.contracts.old), _envelope(new, both.contracts.new)
    if (was and was.case) != (now and now.case):
        words = {"before": was.case if was else NO_ENVELOPE, "after": now.case if now else NO_ENVELOPE}
        at = body_schema(old) or old, body_schema(new) or new
        if (was and now) or (body_schema(old) and body_schema(new)):
            yield change("envelope-replaced", direction, at[0], at[1], location, **words)
            return
    places = (envelope.member("code") for envelope in (was, now) if envelope)
    skipped = frozenset(place.path for place in places if place) or NONE_SKIPPED
    yield from content(both, old, new, direction, location, skipped)


def _envelope(response: Node, contract: Contract) -> Envelope | None:
    schema = body_schema(response)
    return envelope_of(schema, contract.envelopes) if schema else None


def _links(old: Node, new: Node, location: ApiLocation) -> Iterator[Change]:
    for name, (was, now) in both_members(old.get("links"), new.get("links")).items():
        if was is None and now is not None:
            yield change("link-added", "response", old.get("links") or old, now, location, name=name)
        elif was is not None and now is None:
            yield change("link-removed", "response", was, new.get("links") or new, location, name=name)
        elif was is not None and now is not None:
            yield from texts(was, now, ("description",), "response", location)
            if _target(was) != _target(now):
                yield change("link-changed", "response", was, now, location, name=name)


def _target(link: Node) -> dict[str, object]:
    return {key: node.value for key, node in link.members() if key != "description"}
