"""URLs as RFC 3986 compares them: two that are written differently may name the same place.

What is made alike (RFC 3986 §6.2.2 and §6.2.3): letter case of scheme and host, the default port,
percent-encoding of characters that need none, letter case of the other percent-encodings, ``.`` and ``..``
in a path, the empty path of a server. A host name beyond ASCII becomes its ``xn--`` form, an IPv6 address
its shortest one (RFC 5952).
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

DEFAULT_PORTS: Final = {"http": 80, "https": 443}

_PERCENT_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_RESERVED_AND_PERCENT: Final = ":/?#[]@!$&'()*+,;=%"
_NEVER_IN_A_URL = re.compile(r"[\x00-\x20\x7f]")


def normalized(url: str) -> str:
    """*url* in the form in which it is compared. Raises ValueError for what is no URL."""
    if _NEVER_IN_A_URL.search(url):
        raise ValueError("a URL holds no white space and no control character")
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    path = _encoded_alike(parts.path)
    if parts.netloc:
        path = _without_dot_segments(path) or ("/" if scheme in DEFAULT_PORTS else "")
    return urlunsplit(
        (scheme, _authority(url), path, _encoded_alike(parts.query), _encoded_alike(parts.fragment))
    )


def comparable(url: str) -> str:
    """*url* in the form in which it is compared, and what is no URL as it is."""
    try:
        return normalized(url)
    except ValueError:
        return url


def same(one: str, other: str) -> bool:
    """Whether both name the same place; what is no URL is the same as nothing else."""
    return comparable(one) == comparable(other)


def origin(url: str) -> str:
    """Scheme, host and port of *url* (RFC 6454), the default port left out. Raises ValueError for no URL."""
    parts = urlsplit(normalized(url))
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def resolved(base: str, reference: str) -> str:
    """Where *reference* leads when it stands in what was read at *base*. Raises ValueError for no URL."""
    if _NEVER_IN_A_URL.search(reference):
        raise ValueError("a URL holds no white space and no control character")
    return normalized(urljoin(base, reference))


def is_within(url: str, base: str) -> bool:
    """Whether *url* is *base* or stands below its path, on the same server and with the same user, if any."""
    try:
        inner, outer = urlsplit(normalized(url)), urlsplit(normalized(base))
    except ValueError:
        return False
    root = outer.path.rstrip("/")
    same_server = (inner.scheme, inner.netloc) == (outer.scheme, outer.netloc)
    return same_server and (inner.path == root or inner.path.startswith(root + "/"))


def without_trailing_slash(url: str) -> str:
    """*url* in the form in which it is compared, fit to have a path put behind it."""
    return normalized(url).rstrip("/")


def _authority(url: str) -> str:
    parts = urlsplit(url)
    if not parts.netloc:
        return ""
    user, at, _ = parts.netloc.rpartition("@")
    host, port = _host(parts.hostname or ""), parts.port
    shown = "" if port is None or port == DEFAULT_PORTS.get(parts.scheme.lower()) else f":{port}"
    return f"{_encoded_alike(user)}{at}{host}{shown}"


def _host(name: str) -> str:
    if ":" in name:
        address, percent, zone = name.partition("%")
        return f"[{IPv6Address(address).compressed}{percent}{zone}]"
    decoded = _PERCENT_ENCODED.sub(lambda found: chr(int(found[1], 16)), name)
    if decoded.isascii():
        return decoded.lower()
    try:  # what was percent-encoded is UTF-8 (RFC 3986 §3.2.2)
        decoded = name if not name.isascii() else decoded.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("the host name is not UTF-8") from None
    return decoded.encode("idna").decode("ascii").lower()


def _encoded_alike(text: str) -> str:
    """*text* with what needs no percent-encoding without it, and all else with capital letters."""

    def one(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return character if character in _UNRESERVED else found[0].upper()

    return _PERCENT_ENCODED.sub(one, quote(text, safe=_RESERVED_AND_PERCENT))


def _without_dot_segments(path: str) -> str:
    """RFC 3986 §5.2.4 for a path that begins with a slash, or is empty."""
    kept: list[str] = []
    segments = path.split("/")
    for number, segment in enumerate(segments):
        if segment not in (".", ".."):
            kept.append(segment)
            continue
        if segment == ".." and len(kept) > 1:
            kept.pop()
        if number == len(segments) - 1:
            kept.append("")
    return "/".join(kept)
