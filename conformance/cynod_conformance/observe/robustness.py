"""No client input breaks the server: ROB clauses, and VAL-9."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_conformance.observe.answers import member_value, status_and_code
from cynod_conformance.observe.declare import Context, Seen, observe
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.observe.http import each_operation
from cynod_conformance.text.phrase import phrase

VALIDATION = frozenset(
    {
        "request-invalid",
        "required-absent",
        "value-invalid",
        "json-malformed",
        "idempotency-key-invalid",
        "cursor-invalid",
        "unknown-path",
        "method-not-allowed",
        "not-acceptable",
        "body-too-large",
        "media-type-unsupported",
    }
)
"""The stable names of the codes that say the request itself is at fault."""


@observe("ROB-1", each_operation)
def no_server_error(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """No input of a client is answered 5xx; 501 for an unknown method and 503 with Retry-After aside."""
    response = exchange.response
    fault = response.status >= 500
    if response.status == 501 and exchange.operation is None:
        fault = False
    if response.status == 503 and response.header("Retry-After"):
        fault = False
    yield Seen(exchange.label, f"{response.status}" if fault else "", phrase("no-5xx"))


@observe("VAL-9", each_operation)
def valid_is_not_refused(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """A valid request is never refused with a code about the request itself."""
    if not exchange.valid or exchange.operation is None:
        return
    code = context.contract.code_of(member_value(context, exchange, "code"))
    refused = code is not None and code.name in VALIDATION
    if exchange.operation.is_oauth:
        error = exchange.response.json.value
        refused = exchange.response.status == 400 and isinstance(error, dict)
        refused = refused and error.get("error") in (
            "invalid_request",
            "unsupported_grant_type",
            "invalid_scope",
        )
    yield Seen(
        exchange.label,
        status_and_code(context.contract, exchange) if refused else "",
        phrase("accepted"),
    )
