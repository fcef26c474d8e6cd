"""Which addresses count as one caller, where callers are limited."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

_CALLER_PREFIX = 64  # bits of IPv6: one customer has at least a network of this size (RFC 6177)
_MAX_CACHED = 4096  # addresses


@lru_cache(_MAX_CACHED)
def network_of(address: str) -> str:
    """The network that *address* counts for: an IPv4 address itself, the /64 of an IPv6 address.

    An IPv4-mapped IPv6 address counts as the IPv4 address, any other text as itself.
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
