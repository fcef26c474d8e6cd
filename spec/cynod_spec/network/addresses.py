"""Which IP addresses are public, which are this machine, and which address a host of a URL stands for.

The tables follow IANA's registries of special-purpose addresses (RFC 6890, RFC 8190; as of October 2025) and
its allocation of unicast IPv6. ``ipaddress.is_global`` is not asked: its tables differ from one release of
Python to the next.
"""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

# Every block with a special purpose, also those that IANA calls globally reachable: they lead to the nearest
# relay, name server or translator (anycast), never to a server that somebody chose.
_SPECIAL_IPV4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private use
        "100.64.0.0/10",  # shared by the customers of a carrier; cloud metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's platform, which no registry lists
        "169.254.0.0/16",  # link-local; cloud metadata
        "172.16.0.0/12",  # private use
        "192.0.0.0/24",  # IETF protocols; cloud metadata
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112 (anycast)
        "192.52.193.0/24",  # AMT (anycast)
        "192.88.99.0/24",  # relays of 6to4 and 6a44 (anycast, deprecated)
        "192.168.0.0/16",  # private use
        "192.175.48.0/24",  # AS112 (anycast)
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_UNICAST_IPV6 = IPv6Network("2000::/3")  # what IANA allocates from: all that is public lies inside
_SPECIAL_IPV6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # IETF protocols: Teredo, benchmarks, AMT, AS112, ORCHID, DRIP
        "2001:db8::/32",  # documentation
        "2620:4f:8000::/48",  # AS112 (anycast)
        "3fff::/20",  # documentation
    )
)
_MAPPED = IPv6Network("::ffff:0:0/96")  # an IPv4 address as IPv6 sockets write it
_NAT64 = IPv6Network("64:ff9b::/96")  # an IPv4 address behind a translator (RFC 6052)
_SIX_TO_FOUR = IPv6Network("2002::/16")  # a network behind an IPv4 address (RFC 3056)
_NUMBERS = re.compile(r"[0-9A-Fa-fXx.]+")  # inet_aton of some systems reads on past a space


def is_public(address: Address) -> bool:
    """Whether *address* belongs to the public internet; one that contains an IPv4 address: whether that does.

    Private, loopback, link-local, shared, multicast, unspecified and reserved addresses do not, nor those
    with a special purpose, nor those at which clouds give credentials to their machines.
    """
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _SPECIAL_IPV4)
    contained = _contained(address)
    if contained is not None:
        return is_public(contained)
    ordinary = address in _UNICAST_IPV6 and address.scope_id is None
    return ordinary and not any(address in block for block in _SPECIAL_IPV6)


def is_loopback(host: str) -> bool:
    """Whether *host*, a name or an address as a URL writes it, is this machine and no other."""
    address = literal(host)
    if address is None:
        return host.lower() == "localhost"
    mapped = isinstance(address, IPv6Address) and address in _MAPPED
    return (_low_bits(address) if mapped else address).is_loopback


def literal(host: str) -> Address | None:
    """The address that *host* is, as a URL writes it; None for a name.

    IPv4 addresses in short, octal and hexadecimal notation count: system libraries connect to them.
    """
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host)) if _NUMBERS.fullmatch(host) else None
    except OSError:
        return None


def _contained(address: IPv6Address) -> IPv4Address | None:
    if address in _MAPPED or address in _NAT64:
        return _low_bits(address)
    if address in _SIX_TO_FOUR:
        return IPv4Address((int(address) >> 80) & 0xFFFFFFFF)
    return None


def _low_bits(address: Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)
