"""Effects under a method that means another thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import READING
from cynod_spec.model import SAFE_METHODS

_READING_METHODS: Final = ("GET", "QUERY")


@rule(
    "effect-method",
    says="{operation} has the effect `{effect}`, which takes {allowed}",
    hint="change the method, or the effect: caches and clients repeat safe requests at will",
    good="effect: cancel",
    bad="⟦effect⟧: read",
)
def effect_method(subject: Subject) -> Iterator[Found]:
    """What only reads is a GET or a QUERY; what changes something is not (RFC 9110 §9.2.1)."""
    for operation in subject.contract.operations:
        reads = operation.effect in READING
        fits = operation.method in _READING_METHODS if reads else operation.method not in SAFE_METHODS
        if operation.effect and not fits:
            allowed = "GET or QUERY" if reads else "POST, PUT, PATCH or DELETE"
            words = {"operation": operation.key, "effect": operation.effect, "allowed": allowed}
            yield subject.below(operation.at, "x-cynod", "effect"), words
