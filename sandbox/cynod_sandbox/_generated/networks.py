"""Which addresses count as one caller where callers are limited."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

_CALLER_PREFIX = 64  # bits of an IPv6 address: one customer has at least such a network (RFC 6177)
_MAX_CACHED = 4096  # addresses


@lru_cache(_MAX_CACHED)
def network_of(address: str) -> str:
    """What *address* counts as: an IPv4 address itself, an IPv6 address its /64.

    An IPv4 address mapped into IPv6 counts as the IPv4 address; a text that is no address as it is.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ip_network((ip, _CALLER_PREFIX), strict=False))
