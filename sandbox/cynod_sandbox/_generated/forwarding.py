"""Who calls through a proxy, and where: ``X-Forwarded-For``, ``-Proto`` and ``-Prefix`` of trusted ones.

The list is read from its right end, where each proxy adds the address that it was called from. What stands
left of the first address that is no trusted proxy was written by a stranger, and is not looked at. One
``X-Forwarded-Prefix`` is believed, a path; several, or what is no path, are as good as none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

from .prefixes import read_prefix
from .settings import SettingsError

MAX_HOPS = 16  # addresses of a list that are looked at, from its right end
MAX_ELEMENT_CHARS = 64  # of one of them

_ELEMENT = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}|([0-9A-Fa-f:.]+)")
_SCHEMES = ("http", "https")


class Proxies:
    """The proxies that are trusted: addresses and networks. Raises SettingsError for what is neither."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks = tuple(_network(text) for text in networks)

    def __bool__(self) -> bool:
        return bool(self._networks)

    def trusts(self, address: str) -> bool:
        """Whether the peer at *address* is one of them."""
        try:
            ip = ip_address(plain_address(address))
        except ValueError:
            return False
        return any(ip in network for network in self._networks)

    def caller(self, peer: str, lists: Sequence[str]) -> str:
        """The IP address of who calls, when *peer* sent these ``X-Forwarded-For`` lines.

        That of the peer unless it is trusted. An element that is no IP address ends the search: the caller is
        then the last address that a trusted proxy vouched for.
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
"""The key of an ASGI scope under which the prefix stands that a trusted proxy named, where one did."""


class Forwarded:
    """The ASGI middleware that puts the caller that *proxies* vouch for in the place of the peer."""

    def __init__(self, app: ASGIApp, proxies: Proxies) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one request on, with its caller's address and scheme, and the prefix of its path."""
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
    """*address* in its shortest form, IPv4 inside IPv6 as IPv4; as given when it is no IP address."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return str(mapped or ip)


def _address(element: str) -> str | None:
    """The address of an element, a port aside; None when there is none."""
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
