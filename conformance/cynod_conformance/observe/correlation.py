"""Correlation identifiers: HDR clauses."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_conformance.observe.declare import Context, Seen, observe
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.observe.http import each_operation
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Contract, Header


def request_id(contract: Contract) -> Header | None:
    """The header that names an exchange, or None when the contract has none."""
    return next((h for h in contract.general_headers if h.role == "request-id"), None)


@observe("HDR-1", each_operation)
def every_answer_is_named(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """Every answer of the application carries a request id; a valid one sent comes back."""
    header = request_id(context.contract)
    if header is None or "malformed" in exchange.tags:
        return
    came = exchange.response.all(header.name)
    sent = exchange.request.header(header.name)
    if len(came) != 1:
        yield Seen(exchange.label, f"{len(came)} {header.name}", phrase("one-header", name=header.name))
    elif context.errors(header.schema.pointer, came[0]):
        yield Seen(exchange.label, f"{header.name}: {came[0]!r}", phrase("valid-id"))
    elif sent is not None and not context.errors(header.schema.pointer, sent) and came[0] != sent:
        yield Seen(exchange.label, f"{header.name}: {came[0]!r}", phrase("echoed", value=repr(sent)))
    else:
        yield Seen(exchange.label)
