"""Paths that end with a slash or hold an empty segment."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "path-slash",
    says="the path {path} {what}",
    hint="drop the slash: with it the path is another one",
    good="/alive:",
    bad="⟦/alive/⟧:",
)
def path_slash(subject: Subject) -> Iterator[Found]:
    """A path neither ends with a slash nor holds two in a row."""
    for path, node in subject.root.members("paths"):
        if path.startswith("/") and path != "/" and (path.endswith("/") or "//" in path):
            yield node.at, {"path": path, "what": "ends with a slash" if path[-1] == "/" else "holds //"}
