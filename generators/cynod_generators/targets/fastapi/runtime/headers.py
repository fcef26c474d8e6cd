"""The headers of answers: what RFCs ask for, and what the contract declares."""

from __future__ import annotations

from collections.abc import Sequence

from . import credentials, prefixes
from .calls import Call, Result
from .contract import Code, Contract, Security
from .messages import RawAnswer, RawRequest
from .routing import Route

_RETRY_AFTER = "1"  # seconds, where nobody knows better
_PREFLIGHT_AGE = "600"  # seconds
_EXPOSED = "Allow, Deprecation, Link, Location, Retry-After, WWW-Authenticate"
_INVALID_TOKEN = ("token-invalid", "token-expired", "token-revoked")


def of_success(answer: RawAnswer, call: Call, result: Result) -> None:
    """``Location``, the mark of a replay, and the handler's own headers.

    A ``Location`` on this server is relative to the request: right below any prefix that a proxy adds.
    """
    success = call.operation.success
    if success.header("Location") is not None:
        location = result.location
        if location is None:
            own_id = call.resource_id(result.data)
            location = call.location({"id": own_id}) if own_id is not None else None
        elif not isinstance(location, str):
            location = call.location(location)
        if location is not None:
            own = prefixes.is_rooted(location)
            answer.add("Location", prefixes.relative(call.operation.path, location) if own else location)
    replayed = success.header("replayed")
    if result.replayed and replayed is not None:
        answer.add(replayed.name, "true")
    for name, value in result.headers.items():
        answer.add(name, value)


def deprecation(answer: RawAnswer, security: Security, prefix: str) -> None:
    """HTTP Basic is on its way out (RFC 9745); a link to this server stands below *prefix*."""
    if security.deprecated_at:
        answer.add("Deprecation", f"@{security.deprecated_at}")
        if security.deprecation_link:
            link = prefixes.rooted(security.deprecation_link, prefix)
            answer.add("Link", f'<{link}>; rel="deprecation"')


def of_refusal(answer: RawAnswer, code: Code, contract: Contract, scopes: Sequence[str]) -> None:
    """The challenge of a 401 or of a missing scope, and when to come back after a 429 or 503."""
    if code.status in (429, 503) and not answer.has("Retry-After"):
        answer.add("Retry-After", _RETRY_AFTER)
    if answer.has("WWW-Authenticate"):
        return
    realm = contract.title
    if code.name == "insufficient-scope":
        extra = {"error": "insufficient_scope", "scope": " ".join(scopes)}
        answer.headers.append(credentials.bearer_challenge(realm, **extra))
    elif code.status == 401:
        if code.name in ("basic-pair-wrong", "basic-not-enabled"):
            answer.headers.append(credentials.basic_challenge(realm))
        extra = {"error": "invalid_token"} if code.name in _INVALID_TOKEN else {}
        answer.headers.append(credentials.bearer_challenge(realm, **extra))


def of_every_answer(request: RawRequest, answer: RawAnswer, origins: Sequence[str]) -> None:
    """What keeps answers from being sniffed, stored or, over TLS, asked for without it; CORS."""
    if not answer.has("X-Content-Type-Options"):
        answer.add("X-Content-Type-Options", "nosniff")
    public = request.operation is not None and request.operation.public and not request.operation.is_oauth
    if not public and not answer.has("Cache-Control"):
        answer.add("Cache-Control", "no-store")
    if request.secure:
        answer.add("Strict-Transport-Security", "max-age=31536000")
    _allow_origin(request, answer, origins)


def preflight(request: RawRequest, answer: RawAnswer, route: Route, origins: Sequence[str]) -> None:
    """What a browser may send from a configured origin."""
    if request.header("access-control-request-method") is None or not _is_allowed(request, origins):
        return
    named = {"Accept", "Accept-Language", "Authorization", "Content-Type"}
    for operation in route.operations.values():
        named.update(p.name for p in operation.parameters if p.place == "header")
    answer.add("Access-Control-Allow-Methods", route.allow)
    answer.add("Access-Control-Allow-Headers", ", ".join(sorted(named)))
    answer.add("Access-Control-Max-Age", _PREFLIGHT_AGE)


def _is_allowed(request: RawRequest, origins: Sequence[str]) -> bool:
    origin = request.header("origin")
    return origin is not None and ("*" in origins or origin in origins)


def _allow_origin(request: RawRequest, answer: RawAnswer, origins: Sequence[str]) -> None:
    if not origins:
        return
    answer.add("Vary", "Origin")
    if _is_allowed(request, origins):
        answer.add("Access-Control-Allow-Origin", "*" if "*" in origins else request.header("origin") or "")
        answer.add("Access-Control-Expose-Headers", _EXPOSED)
