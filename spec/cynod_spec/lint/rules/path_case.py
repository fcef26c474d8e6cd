"""Paths of another style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule

_SEGMENT: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|\.well-known")


@rule(
    "path-case",
    level="warning",
    says="the segment {segment} of {path} is not written in lower case with dashes",
    hint="for instance /get-balance; paths are compared letter by letter",
    good="/alive:",
    bad="⟦/isAlive⟧:",
)
def path_case(subject: Subject) -> Iterator[Found]:
    """All paths are written alike, so that nobody guesses at capitals."""
    for path, node in subject.root.members("paths"):
        for segment in path.split("/")[1:] if path.startswith("/") else ():
            bare = re.sub(r"\{[^}]*\}", "x", segment)
            if bare and not _SEGMENT.fullmatch(bare):
                yield node.at, {"segment": segment, "path": path}
                break
