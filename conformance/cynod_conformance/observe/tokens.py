"""What a granted token looks like (RFC 6749 §5.1): TOK clauses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_conformance.observe.declare import Context, Seen, observe
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.text.phrase import Said, phrase
from cynod_spec.output.redaction import B64TOKEN

MEMBERS = ("access_token", "token_type", "expires_in", "scope")


def grant(exchange: Exchange) -> dict[str, Any] | None:
    """The body of a granted token, {} when it is no object; None for any other exchange."""
    if exchange.operation is None or exchange.operation.effect != "token" or exchange.response.status != 200:
        return None
    if exchange.request.method != exchange.operation.method:
        return None
    value = exchange.response.json.value
    return value if isinstance(value, dict) else {}


@observe("TOK-2")
def token_has_its_members(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """A granted token has the members of RFC 6749, outside the envelope, and is a bearer token."""
    body = grant(exchange)
    if body is None or exchange.operation is None:
        return
    missing = [m for m in MEMBERS if m not in body]
    problem: Said = phrase("members-absent", names=", ".join(missing)) if missing else ""
    token = body.get("access_token")
    if not problem and not (isinstance(token, str) and B64TOKEN.fullmatch(token)):
        problem = phrase("not-b64token")
    schema = exchange.operation.success.schema
    if not problem and schema is not None:
        judged = {**body, "expires_in": 1} if isinstance(body["expires_in"], int) else body
        rest = context.errors(schema.pointer, judged)
        problem = rest[0] if rest else ""
    if not problem and str(body["token_type"]).lower() != "bearer":
        problem = phrase("not-bearer")
    yield Seen("seen", problem, ", ".join(MEMBERS))


@observe("TOK-3")
def token_expires_within_the_hour(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """expires_in is an integer of the range that the document gives."""
    body = grant(exchange)
    if body is None:
        return
    value = body.get("expires_in")
    good = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    schema = exchange.operation.success.schema if exchange.operation else None
    if good and schema is not None and "expires_in" in schema.value.get("properties", {}):
        good = not context.errors(f"{schema.pointer}/properties/expires_in", value)
    yield Seen("seen", "" if good else f"expires_in {value!r}", phrase("range"))


@observe("TOK-4")
def token_is_not_stored(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """A granted token is answered with Cache-Control: no-store."""
    if grant(exchange) is not None:
        value = ",".join(exchange.response.all("Cache-Control")).lower()
        yield Seen(
            "seen",
            ""
            if "no-store" in value
            else phrase("is", what="Cache-Control", value=value or phrase("absent")),
            "no-store",
        )


@observe("TOK-14")
def no_refresh_token(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """Client credentials get no refresh token (RFC 6749 §4.4.3)."""
    body = grant(exchange)
    if body is not None:
        yield Seen(
            "seen",
            "refresh_token" if "refresh_token" in body else "",
            phrase("without", what="refresh_token"),
        )
