"""Headers of the parts of a multipart body."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.diff.changes import ApiLocation, Change, Direction
from cynod_spec.diff.subjects.bodies import media, request_body
from cynod_spec.diff.subjects.both import Documents
from cynod_spec.diff.subjects.encodings import encoded
from cynod_spec.diff.subjects.parameters import headers
from cynod_spec.source.node import Node


def of_request(
    both: Documents, old: Node, new: Node, direction: Direction, location: ApiLocation
) -> Iterator[Change]:
    """Those of the request bodies of the operations *old* and *new*."""
    was, now = request_body(old), request_body(new)
    if was is not None and now is not None:
        yield from of_content(both, was, now, direction, location.of("body"))


def of_content(
    both: Documents, old: Node, new: Node, direction: Direction, location: ApiLocation
) -> Iterator[Change]:
    """Those of the content of *old* and *new*, request bodies or responses."""
    for kind, was, now in media(old, new):
        if was is None or now is None:
            continue
        for part in encoded(kind, was, now):
            bare = (Node(place.source, place.tokens, {}) for place in part.at)
            before, after = (node or place for node, place in zip((part.old, part.new), bare, strict=True))
            where = location.below((part.name,))
            yield from headers(both, before, after, direction, where, "headers")
