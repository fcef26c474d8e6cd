"""Webhooks that anybody could send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule

_NEEDED: Final = ("id", "timestamp", "signature")


@rule(
    "webhook-unsigned",
    says="nothing in the webhook {webhook} plays the role {role}",
    hint="declare its header and say so under `x-cynod.request` (Standard Webhooks)",
    good="signature: $request.header.webhook-signature",
    bad="proof: $request.header.webhook-signature",
    reported_in="""
    ⟦post⟧:
      operationId: passChanged
    """,
)
def webhook_unsigned(subject: Subject) -> Iterator[Found]:
    """A receiver can tell a true notification from a forged, an old and a repeated one."""
    for webhook in subject.contract.webhooks:
        for role in _NEEDED:
            if role not in webhook.request:
                yield webhook.at, {"webhook": webhook.name, "role": role}
