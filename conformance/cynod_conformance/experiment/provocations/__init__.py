"""Provocations: how a valid request becomes one that earns a code of the contract.

One table serves the catalogue's probe (each code by itself), the probe of the order of refusal (two codes
in one request) and the model of the ledger (codes that a random call must be refused with). A code's row is
added in ``table.py``; what it does is one function, beside those of its subject::

    # resources.py
    def unknown_top_up(context: TestContext, request: RequestUnderTest) -> RequestUnderTest:
        return request.with_role("id", UNKNOWN)

    # table.py
    "top-up-unknown": Provocation(resources.unknown_top_up),

An experiment sends it with ``send(context, provoked(context, operation, "top-up-unknown"))``.
"""

from __future__ import annotations

from cynod_conformance.experiment.provocations.request_under_test import RequestUnderTest
from cynod_conformance.experiment.provocations.table import (
    COMBINABLE,
    PROVOCATIONS,
    Provocation,
    add,
    are_compatible,
    provoked,
    rank,
    send,
    without_conflicts,
)

__all__ = [
    "COMBINABLE",
    "PROVOCATIONS",
    "Provocation",
    "RequestUnderTest",
    "add",
    "are_compatible",
    "provoked",
    "rank",
    "send",
    "without_conflicts",
]
