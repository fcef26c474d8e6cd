"""Paths that one request may mean both of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "path-ambiguous",
    says="the path {path} differs from {other} by the names of its parameters alone",
    hint="keep one of them: no server can tell them apart",
    good="/alive:",
    bad="""
    ⟦/passes/{id}⟧: {}
    /alive:
    """,
)
def path_ambiguous(subject: Subject) -> Iterator[Found]:
    """A request fits one path."""
    seen: dict[str, str] = {}
    for path, node in subject.root.members("paths"):
        shape = re.sub(r"\{[^}]*\}", "{}", path)
        if shape in seen:
            yield node.at, {"path": path, "other": seen[shape]}
        seen.setdefault(shape, path)
