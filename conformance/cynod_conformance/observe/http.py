"""What RFC 9110 asks of every answer: HTT clauses."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from cynod_conformance.observe.declare import Context, Operations, Seen, observe
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.text.phrase import Said, any_of, phrase
from cynod_spec.model import Contract


def each_operation(contract: Contract, operations: Operations) -> list[str]:
    """One case for each operation."""
    return [o.key for o in operations]


def each_authenticated(contract: Contract, operations: Operations) -> list[str]:
    """One case for each operation that asks who calls."""
    return [o.key for o in operations if not o.public and not o.is_oauth]


@observe("HTT-8", each_operation)
def date_is_valid(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """Answers carry a valid Date."""
    status = exchange.response.status
    if status >= 500 or status < 200 or "malformed" in exchange.tags:
        return
    problem: Said = "" if exchange.response.all("Date") else phrase("without", what="Date")
    for value in exchange.response.all("Date"):
        try:
            parsedate_to_datetime(value)
        except (TypeError, ValueError):
            problem = f"Date {value!r}"
        else:
            problem = problem if value.endswith("GMT") else f"Date {value!r}"
    yield Seen(exchange.label, problem, phrase("imf-date"))


@observe("HTT-9", each_operation)
def nosniff(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """Answers forbid sniffing their media type."""
    if exchange.response.body and "malformed" not in exchange.tags:
        value = (exchange.response.header("X-Content-Type-Options") or "").strip().lower()
        yield Seen(exchange.label, "" if value == "nosniff" else value or phrase("none"), "nosniff")


@observe("HTT-10", each_authenticated)
def authenticated_is_not_shared(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """Successful answers to an identified caller are kept out of shared caches."""
    operation = exchange.operation
    if (
        operation is None
        or operation.public
        or operation.is_oauth
        or not 200 <= exchange.response.status < 300
    ):
        return
    if exchange.request.method == "OPTIONS":
        return
    value = ",".join(exchange.response.all("Cache-Control")).lower()
    good = "no-store" in value or "private" in value
    problem = phrase("is", what="Cache-Control", value=value or phrase("absent"))
    yield Seen(exchange.label, "" if good else problem, any_of(["no-store", "private"]))


@observe("HTT-11")
def no_star_with_credentials(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """CORS never opens every origin with credentials."""
    star = exchange.response.header("Access-Control-Allow-Origin") == "*"
    credentials = (exchange.response.header("Access-Control-Allow-Credentials") or "").lower() == "true"
    yield Seen(
        "seen", phrase("with-credentials", origin="*") if star and credentials else "", phrase("never-star")
    )
