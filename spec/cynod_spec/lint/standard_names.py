"""Names that texts may mention although no document declares them: of HTTP, OAuth and JSON."""

from __future__ import annotations

from typing import Final

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY")
"""The methods of RFC 9110, RFC 5789 and the QUERY draft."""

HEADERS: Final = frozenset(
    (
        *("accept", "accept-charset", "accept-encoding", "accept-language", "accept-patch"),
        *("accept-post", "accept-ranges", "age", "allow", "authorization", "cache-control"),
        *("connection", "content-digest", "content-disposition", "content-encoding"),
        *("content-language", "content-length", "content-location", "content-range"),
        *("content-security-policy", "content-type", "cookie", "date", "deprecation", "digest"),
        *("etag", "expect", "expires", "forwarded", "from", "host", "idempotency-key", "if-match"),
        *("if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "keep-alive"),
        *("last-modified", "link", "location", "max-forwards", "origin", "permissions-policy"),
        *("pragma", "prefer", "preference-applied", "proxy-authenticate", "proxy-authorization"),
        *("range", "ratelimit", "ratelimit-policy", "referer", "referrer-policy", "repr-digest"),
        *("retry-after", "server", "server-timing", "set-cookie", "signature", "signature-input"),
        *("strict-transport-security", "sunset", "te", "traceparent", "tracestate", "trailer"),
        *("transfer-encoding", "upgrade", "user-agent", "vary", "via", "webhook-id"),
        *("webhook-signature", "webhook-timestamp", "www-authenticate", "x-content-type-options"),
        *("x-forwarded-for", "x-forwarded-host", "x-forwarded-prefix", "x-forwarded-proto"),
        *("x-frame-options",),
    )
)
"""Field names in small letters: IANA's registry, drafts that are in use, and Standard Webhooks."""

OAUTH: Final = frozenset(
    (
        *("access_token", "assertion", "audience", "authorization_code", "b64token"),
        *("client_assertion", "client_assertion_type", "client_credentials", "client_id"),
        *("client_secret", "code_challenge", "code_challenge_method", "code_verifier"),
        *("error_description", "error_uri", "expires_in", "grant_type", "id_token"),
        *("insufficient_scope", "invalid_client", "invalid_grant", "invalid_request"),
        *("invalid_scope", "invalid_token", "redirect_uri", "refresh_token", "response_type"),
        *("token_type", "token_type_hint", "unauthorized_client", "unsupported_grant_type"),
        *("unsupported_response_type", "unsupported_token_type"),
    )
)
"""Parameters, errors and grammar rules of RFC 6749, 6750, 7009, 7521, 7523, 7636 and OpenID Connect."""

WORDS: Final = frozenset(
    (
        *("application", "array", "ascii", "base64", "basic", "bearer", "boolean", "charset"),
        *("curl", "deny", "error", "false", "gmt", "hmac", "hmac-sha256", "html", "http", "https"),
        *("infinity", "integer", "iso", "json", "jwt", "max-age", "must-revalidate", "nan"),
        *("no-cache", "no-store", "nosniff", "null", "number", "oauth", "oauth2", "object"),
        *("openapi", "openid", "private", "public", "realm", "rel", "rfc", "same-origin", "sha256"),
        *("string", "text", "tls", "true", "undefined", "uri", "url", "utc", "utf-8", "utf8"),
        *("uuid", "xml", "yaml"),
    )
)
"""Literals and words of standards in small letters."""
