"""Resolves the host of a webhook endpoint, and refuses addresses that are not public (SSRF).

The connection is made to an address that was checked; the name is not resolved again, so that a DNS response
that changes in between (rebinding) has no effect.
"""

from __future__ import annotations

from ipaddress import ip_address

from cynod_spec.network.addresses import is_public, literal

from .name_resolution import RESOLVER


class AddressRefusedError(Exception):
    """The host resolves to an address that is not public."""


async def resolve(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The addresses of *host*, for a connection to *port*.

    Raises AddressRefusedError when one of them is not public and *allow_private* is false, OSError when there
    is none. Sets no time limit: the caller does.
    """
    written = literal(host)
    addresses = [str(written)] if written is not None else await RESOLVER.find(host, port)
    if not allow_private and not all(is_public(ip_address(address)) for address in addresses):
        raise AddressRefusedError(f"{host} leads to an address that is not public")
    return addresses
