"""The ``Authorization`` header: its schemes (RFC 9110 §11.6.2, RFC 7617, RFC 6750) and challenges."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote_plus


def scheme_of(header: str) -> tuple[str, str]:
    """The scheme of an ``Authorization`` value in lower case, and the rest of the value."""
    scheme, _, rest = header.strip().partition(" ")
    return scheme.lower(), rest.strip()


def basic_pair(encoded: str, form_encoded: bool = False) -> tuple[str, str] | None:
    """The user and password of Basic credentials, or None when they are malformed.

    *form_encoded*: both halves are encoded once more, as OAuth 2.0 clients do (RFC 6749 §2.3.1).
    """
    try:
        text = base64.b64decode(encoded.encode("ascii"), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    user, sign, password = text.partition(":")
    if not sign:
        return None
    return (unquote_plus(user), unquote_plus(password)) if form_encoded else (user, password)


def quoted(text: str) -> str:
    """*text* as a quoted string of printable ASCII (RFC 9110 §5.6.4)."""
    plain = "".join(c if " " <= c <= "~" else "?" for c in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def bearer_challenge(realm: str, **parameters: str) -> tuple[str, str]:
    """A ``WWW-Authenticate`` line for bearer tokens, with *parameters* such as ``error`` (RFC 6750 §3)."""
    attributes = [
        f"realm={quoted(realm)}",
        *(f"{name}={quoted(value)}" for name, value in parameters.items()),
    ]
    return "WWW-Authenticate", "Bearer " + ", ".join(attributes)


def basic_challenge(realm: str) -> tuple[str, str]:
    """A ``WWW-Authenticate`` line for HTTP Basic (RFC 7617 §2)."""
    return "WWW-Authenticate", f'Basic realm={quoted(realm)}, charset="UTF-8"'
