"""Creations that do not say where."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    unannounced,
)


@rule(
    "location-missing",
    says="this response for {status} does not declare the header {header}",
    hint="RFC 9110 §15.3.2: a 201 gives the address of what was created",
    good="Location: {$ref: '#/components/headers/Location'}",
    bad="Address: {$ref: '#/components/headers/Location'}",
    reported_in="⟦'201'⟧:",
)
def location_missing(subject: Subject) -> Iterator[Found]:
    """What was created can be read at an address that the answer gives."""
    yield from unannounced(subject.contract, "Location", 201)
