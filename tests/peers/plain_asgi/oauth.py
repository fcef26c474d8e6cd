"""The token and revocation endpoints (RFC 6749, RFC 7009): form, client, suspension, grant_type, scope."""

from __future__ import annotations

from urllib.parse import unquote_plus, unquote_to_bytes

from .identity import Directory, Partner, read_basic
from .messages import Answer, Request
from .negotiation import media_type
from .refusal import OAuthRefusal, Refusal

_FORM = "application/x-www-form-urlencoded"
_KNOWN = {
    "/oauth2/token": ("client_id", "client_secret", "grant_type", "scope"),
    "/oauth2/revoke": ("client_id", "client_secret", "token", "token_type_hint"),
}


def read_form(request: Request, known: tuple[str, ...]) -> dict[str, str]:
    """Read the form: unknown or empty parameters are ignored, a repeated one is refused."""
    kind = request.header("content-type")
    if media_type(kind) != _FORM and (request.body or kind is not None):
        raise OAuthRefusal("invalid_request", "The body must be form-urlencoded.")
    form: dict[str, str] = {}
    for piece in request.body.split(b"&"):
        raw_name, _, raw_value = piece.replace(b"+", b" ").partition(b"=")
        try:
            name, value = (unquote_to_bytes(raw).decode("utf-8") for raw in (raw_name, raw_value))
        except UnicodeDecodeError:
            raise OAuthRefusal("invalid_request", "The form is not UTF-8.") from None
        if not value or name not in known:
            continue
        if name in form:
            raise OAuthRefusal("invalid_request", "A parameter is repeated.")
        form[name] = value
    return form


def find_client(directory: Directory, request: Request, form: dict[str, str]) -> Partner:
    """Find the client from the header or the form, never both; then its address and its suspension."""
    header = (request.header("authorization") or "").strip()
    if header and "client_secret" in form:
        raise OAuthRefusal("invalid_request", "The pair must be sent in one way alone.")
    refusal = OAuthRefusal("invalid_client", "The client pair is wrong or absent.")
    if header:
        scheme, _, rest = header.partition(" ")
        pair = read_basic(rest.strip()) if scheme.lower() == "basic" else None
        if pair is None:
            raise refusal
        key, secret = (unquote_plus(part) for part in pair)
        if form.get("client_id", key) != key:
            raise OAuthRefusal("invalid_request", "client_id differs from the header.")
    else:
        key, secret = form.get("client_id", ""), form.get("client_secret", "")
    partner = directory.verify(key, secret)
    if partner is None:
        if key and secret:
            directory.brake(key)
        raise refusal
    if not partner.admits(request.address):
        raise Refusal("2101")
    if partner.suspended:
        raise OAuthRefusal("unauthorized_client", "The client is suspended.")
    return partner


def grant(directory: Directory, partner: Partner, form: dict[str, str]) -> Answer:
    """Grant a token, with all the scopes asked for or none."""
    kind = form.get("grant_type")
    if kind is None:
        raise OAuthRefusal("invalid_request", "grant_type is required.")
    if kind != "client_credentials":
        raise OAuthRefusal("unsupported_grant_type", "Only client_credentials is supported.")
    scopes = partner.scopes
    if "scope" in form:
        asked = [scope for scope in form["scope"].split(" ") if scope]
        if not asked or not set(asked) <= set(partner.scopes):
            raise OAuthRefusal("invalid_scope", "A scope is unknown or not held.")
        scopes = tuple(dict.fromkeys(asked))
    payload = {
        "scope": " ".join(scopes),
        "expires_in": directory.ttl,
        "token_type": "Bearer",
        "access_token": directory.issue(partner, scopes),
    }
    return Answer(200, payload, [("pragma", "no-cache")])


def answer(directory: Directory, request: Request, path: str) -> Answer:
    """Answer one of the two endpoints."""
    form = read_form(request, _KNOWN[path])
    partner = find_client(directory, request, form)
    if path.endswith("/token"):
        return grant(directory, partner, form)
    if "token" not in form:
        raise OAuthRefusal("invalid_request", "token is required.")
    directory.revoke(form["token"], partner)
    return Answer(200)
