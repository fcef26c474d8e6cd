"""Which addresses are public: every block of IANA's registries, at both its ends and beyond."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

import pytest

from cynod_spec.network.addresses import is_loopback, is_public, literal

# Everything with a special purpose: block → whether the addresses right before and after it are public.
IPV4_BLOCKS = {
    "0.0.0.0/8": False,
    "10.0.0.0/8": True,
    "100.64.0.0/10": True,
    "127.0.0.0/8": True,
    "168.63.129.16/32": True,
    "169.254.0.0/16": True,
    "172.16.0.0/12": True,
    "192.0.0.0/29": False,
    "192.0.0.0/24": True,
    "192.0.0.8/32": False,
    "192.0.0.9/32": False,
    "192.0.0.10/32": False,
    "192.0.0.170/31": False,
    "192.0.0.192/32": False,
    "192.0.2.0/24": True,
    "192.31.196.0/24": True,
    "192.52.193.0/24": True,
    "192.88.99.0/24": True,
    "192.168.0.0/16": True,
    "192.175.48.0/24": True,
    "198.18.0.0/15": True,
    "198.51.100.0/24": True,
    "203.0.113.0/24": True,
    "224.0.0.0/4": False,
    "240.0.0.0/4": False,
    "255.255.255.255/32": False,
}
IPV6_BLOCKS = {
    "::/128": False,
    "::1/128": False,
    "::/96": False,
    "::ffff:0:0:0/96": False,
    "64:ff9b:1::/48": False,
    "100::/64": False,
    "100:0:0:1::/64": False,
    "2001::/23": True,
    "2001::/32": False,
    "2001:1::1/128": False,
    "2001:1::2/128": False,
    "2001:1::3/128": False,
    "2001:2::/48": False,
    "2001:3::/32": False,
    "2001:4:112::/48": False,
    "2001:10::/28": False,
    "2001:20::/28": False,
    "2001:30::/28": False,
    "2001:db8::/32": True,
    "2620:4f:8000::/48": True,
    "3fff::/20": False,
    "4000::/3": False,
    "5f00::/16": False,
    "fc00::/7": False,
    "fe80::/10": False,
    "fec0::/10": False,
    "ff00::/8": False,
}


@pytest.mark.parametrize(("block", "alone"), [*IPV4_BLOCKS.items(), *IPV6_BLOCKS.items()])
def test_a_block_with_a_special_purpose_is_not_public(block: str, alone: bool) -> None:
    network = ip_network(block)
    assert not is_public(network[0])
    assert not is_public(network[-1])
    if alone:
        assert is_public(network[0] - 1)
        assert is_public(network[-1] + 1)


@pytest.mark.parametrize(
    "address",
    [
        "1.0.0.0",
        "1.1.1.1",
        "8.8.8.8",
        "93.184.216.34",
        "223.255.255.255",
        "2000::1",
        "2606:4700::1111",
        "3ffe::1",
    ],
)
def test_the_rest_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("carrier", ["::ffff:{low}", "64:ff9b::{low}", "2002:{high}::", "2002:{high}:5::9"])
@pytest.mark.parametrize(
    ("inner", "public"),
    [
        ("8.8.8.8", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("192.0.0.192", False),
        ("0.0.0.0", False),
    ],
)
def test_an_address_that_contains_another_is_judged_by_it(carrier: str, inner: str, public: bool) -> None:
    number = int(ip_address(inner))
    words = f"{number >> 16:x}:{number & 0xFFFF:x}"
    assert is_public(ip_address(carrier.format(low=words, high=words))) is public


def test_a_zone_is_not_public() -> None:
    assert not is_public(IPv6Address("2606:4700::1111%eth0"))
    assert not is_public(IPv6Address("fe80::1%1"))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0X7F000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("10.257", "10.0.1.1"),
        ("[::1]", "::1"),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.1"),
        *((name, None) for name in ("", "localhost", "example.org", "[::1", "127.0.0.1 x", "1.2.3.4.5")),
        *((name, None) for name in ("256.1.1.1", "4294967296", "0x", "face", "１２７.0.0.1", "1\0", "::1]")),
    ],
)
def test_what_a_host_stands_for(host: str, address: str | None) -> None:
    found = literal(host)
    assert (None if found is None else str(found)) == (address and str(ip_address(address)))


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        *((host, True) for host in ("localhost", "LocalHost", "127.0.0.1", "127.9.9.9", "127.1", "0x7f.1")),
        *((host, True) for host in ("::1", "[::1]", "::ffff:127.0.0.1")),
        *(
            (host, False)
            for host in ("", "example.org", "localhost.example.org", "10.0.0.1", "0.0.0.0", "::")
        ),
        *((host, False) for host in ("::2", "::ffff:10.0.0.1", "2002:7f00:1::", "[::1")),
    ],
)
def test_which_host_is_this_machine(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
