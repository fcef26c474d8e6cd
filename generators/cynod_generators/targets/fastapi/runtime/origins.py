"""Origins (RFC 6454) as browsers write them in ``Origin``: the form in which they are compared."""

from __future__ import annotations

from urllib.parse import urlsplit

ANY = "*"

_DEFAULT_PORTS = {"http": 80, "https": 443}


def read_origin(text: str) -> str | None:
    """The origin that *text* names, or ``*``; None when it is none, such as a URL with a path."""
    if text == ANY:
        return ANY
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError:
        return None
    beyond = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if not parts.scheme or not host or beyond or not text.isprintable() or " " in text:
        return None
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (
        f":{port}" if port not in (None, _DEFAULT_PORTS.get(parts.scheme)) else ""
    )
