"""Replays that look like creations."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "replay-unmarked",
    says="the answer {status} of {operation} declares no header with the role `replayed`",
    hint="declare one: a client tells a replayed answer from a new effect",
    good="""
    schema: {type: string, const: 'true'}
    x-cynod: {role: replayed}
    """,
    bad="""
    schema: {type: string, const: 'true'}
    """,
    reported_in="⟦'201'⟧:",
)
def replay_unmarked(subject: Subject) -> Iterator[Found]:
    """An operation with an idempotency key says when it only repeats an earlier answer."""
    for operation in subject.contract.operations:
        for response in operation.responses if "key" in operation.request else ():
            marked = any(header.role == "replayed" for header in response.headers)
            if 200 <= response.status < 300 and not marked:
                yield response.at, {"status": response.status, "operation": operation.key}
