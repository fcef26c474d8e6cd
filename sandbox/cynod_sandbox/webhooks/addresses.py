"""Which addresses may be sent to: public ones alone, checked after the name was looked up.

The connection goes to the address that was checked and the name is not looked up again, so that an answer
of the DNS which changes in between (rebinding) leads nowhere.
"""

from __future__ import annotations

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: the last four bytes are an IPv4 address
_WIRE_SERVER = ip_address("168.63.129.16")  # Azure's; the metadata of other clouds is at private addresses


class AddressRefusedError(Exception):
    """The name leads to an address that is not public."""


async def resolve(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The addresses of *host*. Raises AddressRefusedError when one is not public, OSError without any."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allow_private and not all(is_public(ip_address(address)) for address in addresses):
        raise AddressRefusedError(f"{host} leads to an address that is not public")
    return addresses


def is_public(address: Address) -> bool:
    """Whether *address*, and the IPv4 address that it may carry, is one of the public internet.

    Private, loopback, link-local, shared, multicast, unspecified and reserved ones are not, nor are
    those at which clouds hand credentials to their machines.
    """
    carried = _carried(address)
    if carried is not None:
        return is_public(carried)
    refused = address.is_multicast or address.is_reserved or address == _WIRE_SERVER
    site_local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not refused and not site_local


def _carried(address: Address) -> IPv4Address | None:
    if not isinstance(address, IPv6Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
