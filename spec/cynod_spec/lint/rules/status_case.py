"""Envelopes under a status of another case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    responses,
)

_CASES: Final = {
    "success": "2xx",
    "authentication": "401 or 403",
    "functional": "4xx but 401 and 403",
    "system": "5xx",
}


@rule(
    "status-case",
    says="the envelope of the case {case} answers {status} here; it belongs to {allowed}",
    hint="move the response to another status, or build it on another envelope",
    good="'429': {$ref: '#/components/responses/TooMany'}",
    bad="'529': {$ref: '#/components/responses/TooMany'}",
    reported_in="⟦TooMany⟧:",
)
def status_case(subject: Subject) -> Iterator[Found]:
    """HTTP's status and the envelope tell the same story, so that either can be trusted alone."""
    for response in responses(subject.contract):
        if response.case and response.case != _case(response.status):
            words = {"case": response.case, "status": response.status, "allowed": _CASES[response.case]}
            yield response.at, words


def _case(status: int) -> str:
    if status in (401, 403):
        return "authentication"
    return {2: "success", 4: "functional", 5: "system"}.get(status // 100, "")
