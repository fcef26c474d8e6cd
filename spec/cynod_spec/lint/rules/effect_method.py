"""Effects under a method that means another thing."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    READING,
)


@rule(
    "effect-method",
    says="{operation} has the effect `{effect}`, which takes {allowed}",
    hint="change the method, or the effect: caches and clients repeat a GET at will",
    good="effect: cancel",
    bad="⟦effect⟧: read",
)
def effect_method(subject: Subject) -> Iterator[Found]:
    """What only reads is a GET; what changes something is not (RFC 9110 §9.2.1)."""
    for operation in subject.contract.operations:
        if operation.effect and (operation.effect in READING) is not (operation.method == "GET"):
            allowed = "GET" if operation.effect in READING else "POST, PUT, PATCH or DELETE"
            words = {"operation": operation.key, "effect": operation.effect, "allowed": allowed}
            yield subject.below(operation.at, "x-cynod", "effect"), words
