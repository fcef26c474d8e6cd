"""Effects whose success has an unexpected status."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    CREATING,
)


@rule(
    "effect-status",
    says="{operation} has the effect `{effect}` and no answer {status}",
    hint="what creates something answers 201, anything else 200",
    good="effect: cancel",
    bad="⟦effect⟧: refund",
)
def effect_status(subject: Subject) -> Iterator[Found]:
    """A creation is told by its status (RFC 9110 §15.3.2)."""
    for operation in subject.contract.operations:
        status = 201 if operation.effect in CREATING else 200
        succeeds = any(200 <= response.status < 300 for response in operation.responses)
        if operation.effect and succeeds and operation.response(status) is None:
            words = {"operation": operation.key, "effect": operation.effect, "status": status}
            yield subject.below(operation.at, "x-cynod", "effect"), words
