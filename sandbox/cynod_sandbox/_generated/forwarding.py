"""The caller behind trusted proxies: ``X-Forwarded-For``, ``X-Forwarded-Proto`` and ``X-Forwarded-Prefix``.

The list of addresses is read from its right end, where each proxy adds the address that called it. Anything
left of the first address that is not a trusted proxy may be forged, and is ignored. A single
``X-Forwarded-Prefix`` that is a path is used; several, or anything else, are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

from .prefixes import read_prefix
from .settings import SettingsError

MAX_HOPS = 16  # addresses read of a list, from its right end
MAX_ELEMENT_CHARS = 64  # of one address

_ELEMENT = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}|([0-9A-Fa-f:.]+)")
_SCHEMES = ("http", "https")


class Proxies:
    """The trusted proxies: addresses and networks. Raises SettingsError for any other text."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks = tuple(_network(text) for text in networks)

    def __bool__(self) -> bool:
        return bool(self._networks)

    def trusts(self, address: str) -> bool:
        """Whether *address* is that of a trusted proxy."""
        try:
            ip = ip_address(plain_address(address))
        except ValueError:
            return False
        return any(ip in network for network in self._networks)

    def caller(self, peer: str, lists: Sequence[str]) -> str:
        """The caller's IP address, when *peer* sent these ``X-Forwarded-For`` lines.

        It is the peer's own unless the peer is trusted. An element that is not an IP address ends the search:
        the caller is then the last address given by a trusted proxy.
        """
        found = plain_address(peer)
        elements = [element.strip() for element in ",".join(lists).rsplit(",", MAX_HOPS)[-MAX_HOPS:]]
        for element in reversed([element for element in elements if element]):
            if not self.trusts(found):
                break
            address = _address(element)
            if address is None:
                break
            found = address
        return found


PREFIX = "cynod.prefix"
"""The key of an ASGI scope that holds the path prefix given by a trusted proxy, if any."""


class Forwarded:
    """ASGI middleware that replaces the peer by the caller that trusted *proxies* name."""

    def __init__(self, app: ASGIApp, proxies: Proxies) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request with the address, scheme and path prefix of its caller."""
        if scope["type"] == "http" and scope.get("client"):
            peer = scope["client"][0]
            if self._proxies.trusts(peer):
                caller = self._proxies.caller(peer, _lines(scope, b"x-forwarded-for"))
                scope["client"] = (caller, scope["client"][1] if caller == peer else 0)
                schemes = ",".join(_lines(scope, b"x-forwarded-proto")).rpartition(",")
                scheme = schemes[2].strip().lower()
                if scheme in _SCHEMES:
                    scope["scheme"] = scheme
                named = _lines(scope, b"x-forwarded-prefix")
                scope[PREFIX] = (read_prefix(named[0]) if len(named) == 1 else None) or ""
        await self._app(scope, receive, send)


def plain_address(address: str) -> str:
    """*address* normalised, an IPv4-mapped IPv6 address as IPv4; unchanged when it is not an IP address."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return str(mapped or ip)


def _address(element: str) -> str | None:
    """The address of an element, without its port; None when it has none."""
    found = _ELEMENT.fullmatch(element) if len(element) <= MAX_ELEMENT_CHARS else None
    if found is None:
        return None
    try:
        return plain_address(str(ip_address(found[1] or found[2] or found[3])))
    except ValueError:
        return None


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise SettingsError(f"--trusted-proxy: {text!r} is no address or network") from None


def _lines(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for given, value in scope["headers"] if given == name]
