"""Which faults a suite and a sandbox in one process can show, and which need a server of their own."""

from __future__ import annotations

from cynod_conformance.experiment import registry

SECURED = "TLS-"  # begins the clauses of TLS: a server in this process speaks plain HTTP
NOTIFIED = "WHK-"  # begins the clauses of webhooks, whose receiver listens on a port
AGED = frozenset(("BEA-4",))  # clauses for which a token has to grow old
ON_THE_WIRE = {
    "a-cancellation-beside-a-payment-overdraws": "a race that callers in one process rarely win",
    "parallel-payments-of-two-partners-overdraw": "a race that callers in one process rarely win",
    "parallel-payments-overdraw": "a race that callers in one process rarely win",
    "a-payment-whose-answer-is-lost-is-made-again": "its caller leaves while the server works",
}
"""Other faults that only a server of its own shows, and why."""


def is_seen_in_process(fault: registry.Fault) -> bool:
    """Whether a run in this process shows *fault*."""
    apart = any(id.startswith((SECURED, NOTIFIED)) or id in AGED for id in fault.clauses)
    return not apart and fault.name not in ON_THE_WIRE


def in_process() -> list[str]:
    """The names of the faults that can be seen in this process, in order."""
    return [name for name, fault in sorted(registry.FAULTS.items()) if is_seen_in_process(fault)]
