"""The headers that a document describes: those of requests, of responses and of parts of bodies."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.base.location import SourceLocation
from cynod_spec.lint.registry import Subject
from cynod_spec.source.node import Node


def header_parameters(subject: Subject) -> Iterator[tuple[SourceLocation, str]]:
    """Where the name of each parameter in a header stands, and the name."""
    for holder in subject.traversal.objects:
        for parameter in _parameters(holder):
            name = parameter.value.get("name")
            if parameter.value.get("in") == "header" and isinstance(name, str):
                yield parameter.place("name"), name


def _parameters(holder: Node) -> Iterator[Node]:
    """The Parameter Objects that *holder* lists, or those that are components; references aside."""
    written = holder.value.get("parameters")
    if isinstance(written, list):
        listed = list(holder.items("parameters"))
    elif isinstance(written, dict) and holder.tokens == ("components",):
        listed = [parameter for _, parameter in holder.members("parameters")]
    else:
        return
    yield from (each for each in listed if isinstance(each.value, dict))


def named_headers(subject: Subject) -> Iterator[tuple[SourceLocation, str]]:
    """Where each header of a response or of a part of a body stands, and its name."""
    for holder in subject.traversal.objects:
        headers = holder.get("headers")
        if headers is not None and isinstance(headers.value, dict) and holder.tokens != ("components",):
            yield from ((headers.place(name), name) for name in headers.value)
