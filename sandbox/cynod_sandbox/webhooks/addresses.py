"""The addresses of a partner's receiver: looked up, and refused unless every one is public.

The connection goes to an address that was checked, and the name is not looked up again: an answer of the DNS
that changes in between (rebinding) has no effect.
"""

from __future__ import annotations

from ipaddress import ip_address

from cynod_spec.network.addresses import is_public, literal

from .name_resolution import LOOKUPS


class AddressRefusedError(Exception):
    """The name leads to an address that is not public."""


async def resolve(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The addresses of *host*. Raises AddressRefusedError when one is not public, OSError without any.

    *port* is where they will be connected to. The caller bounds the time.
    """
    written = literal(host)
    addresses = [str(written)] if written is not None else await LOOKUPS.find(host, port)
    if not allow_private and not all(is_public(ip_address(address)) for address in addresses):
        raise AddressRefusedError(f"{host} leads to an address that is not public")
    return addresses
